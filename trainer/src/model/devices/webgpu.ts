import { platform } from "node:os";
import { onnxEngine } from "../onnx/engine.ts";
import { runtimeName } from "../onnx/provider.ts";
import { checkProvider } from "./onnx-product.ts";
import { type OpenDevice, refusal } from "./open-device.ts";
import { loadingError } from "./shared-library.ts";

const VULKAN = "on Debian and Ubuntu, apt install libvulkan1 and the GPU's driver bring it";

export async function openWebgpu(): Promise<OpenDevice> {
  if (platform() === "linux") {
    const missing = loadingError("libvulkan.so.1");
    if (missing) throw refusal("webgpu", `no Vulkan (${missing})`, VULKAN);
  }
  await checkProvider("webgpu").catch((error) => {
    const { message } = error as Error;
    throw message.includes("No supported adapters")
      ? refusal(
          "webgpu",
          "no GPU that WebGPU can use was found",
          "its driver may be missing or old",
        )
      : refusal("webgpu", message.trim(), "its driver may be at fault");
  });
  return {
    name: runtimeName("webgpu"),
    engine: (input, threads) => onnxEngine(input, threads, "webgpu"),
  };
}
