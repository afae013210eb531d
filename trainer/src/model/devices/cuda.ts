import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { onnxEngine } from "../onnx/engine.ts";
import { runtimeName } from "../onnx/provider.ts";
import { cudaLibraries, gpuFolder, SETUP, shown } from "./gpu-folder.ts";
import { checkProvider } from "./onnx-product.ts";
import { type OpenDevice, refusal } from "./open-device.ts";
import { loadingError } from "./shared-library.ts";

/** ONNX Runtime loads its providers from where it lies itself. */
const runtimeFolder = join(
  dirname(createRequire(import.meta.url).resolve("onnxruntime-node")),
  "../bin/napi-v6",
  platform(),
  arch(),
);

export async function openCuda(): Promise<OpenDevice> {
  const problem = cudaProblem();
  if (problem) throw refusal("cuda", problem.missing, problem.remedy);
  refuseTensorFloat32();
  await checkProvider("cuda").catch((error) => {
    throw refusal("cuda", cudaWords(error.message), "nvidia-smi says which CUDA the driver is for");
  });
  return {
    name: runtimeName("cuda"),
    engine: (input, threads) => onnxEngine(input, threads, "cuda"),
  };
}

/** What is missing that the provider needs, in the order in which one would get it; null when all is there. */
export function cudaProblem(
  system = `${platform()} ${arch()}`,
  folder = runtimeFolder,
  errorOf = loadingError,
): { missing: string; remedy: string } | null {
  if (system !== "linux x64")
    return {
      missing: `ONNX Runtime for Node has no CUDA on ${system} (expected linux x64)`,
      remedy: "--device webgpu runs on this system's GPU",
    };
  const driver = errorOf("libcuda.so.1");
  if (driver) return { missing: `no NVIDIA driver (${driver})`, remedy: "install NVIDIA's driver" };
  const provider = join(folder, "libonnxruntime_providers_cuda.so");
  if (!existsSync(provider))
    return { missing: `there is no ${shown(provider)}`, remedy: `${SETUP} cuda fetches it` };
  for (const library of cudaLibraries(join(gpuFolder, "cuda"))) errorOf(library);
  // without its host, one symbol is missing; the libraries that it needs are looked for before
  const error = errorOf(provider);
  if (error && !error.includes("undefined symbol"))
    return {
      missing: `a library that CUDA is made of is not there (${error})`,
      remedy: `${SETUP} cuda fetches it, or add its folder to LD_LIBRARY_PATH`,
    };
  return null;
}

/** What CUDA itself said, out of the many lines in which ONNX Runtime says where. */
export function cudaWords(message: string): string {
  return (/CUDA failure \d+: [^;]+/.exec(message)?.[0] ?? message).trim();
}

/**
 * NVIDIA's libraries would round the numbers of a float32 product to TensorFloat-32's 10 bits, which is 300 times as
 * coarse; read by them when they are first used.
 */
export function refuseTensorFloat32(): void {
  process.env.NVIDIA_TF32_OVERRIDE = "0";
}
