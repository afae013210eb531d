import { UsageError } from "../../bundle/errors.ts";
import { isThere, loadAddon, whyNotBuilt } from "../native/addon.ts";
import { nativeEngine, nativeName } from "../native/engine.ts";
import { onnxEngine } from "../onnx/engine.ts";
import { runtimeName } from "../onnx/provider.ts";
import type { Device, DeviceChoice, Precision } from "./choices.ts";
import { openCuda } from "./cuda.ts";
import { type OpenDevice, refusal } from "./open-device.ts";
import { openTfjs } from "./tfjs.ts";
import { openWebgpu } from "./webgpu.ts";

/** Each throws a UsageError that says what is missing and how to get it. */
export const devices: Record<Device, { about: string; open(): Promise<OpenDevice> }> = {
  cpu: { about: "ONNX Runtime on the processor", open: openCpu },
  native: { about: "kernels of our own on the processor", open: () => openNative() },
  cuda: { about: "ONNX Runtime on an NVIDIA GPU", open: openCuda },
  webgpu: { about: "ONNX Runtime on any GPU, through Vulkan, Metal or Direct3D", open: openWebgpu },
  tfjs: {
    about: "TensorFlow on an NVIDIA GPU, through tfjs-node-gpu; trains autoencoders there too",
    open: openTfjs,
  },
};

/** What "auto" stands for here. */
export function chosenDevice(choice: DeviceChoice): Device {
  if (choice !== "auto") return choice;
  return isThere() ? "native" : "cpu"; // one that was built from other sources is refused when it is opened
}

const opened = new Map<string, Promise<OpenDevice>>();

/** Never gives another device or precision than the one asked for; asking again costs nothing. */
export function openDevice(
  choice: DeviceChoice,
  precision: Precision = "float32",
): Promise<OpenDevice> {
  const device = chosenDevice(choice);
  const key = `${device} ${precision}`;
  const found =
    opened.get(key) ??
    (precision === "float32" ? devices[device].open() : openPrecision(device, precision));
  opened.set(key, found);
  return found;
}

async function openCpu(): Promise<OpenDevice> {
  return { name: runtimeName("cpu"), engine: (input, threads) => onnxEngine(input, threads) };
}

async function openNative(precision: Precision = "float32"): Promise<OpenDevice> {
  const missing = whyNotBuilt();
  if (missing) throw refusal("native", missing, "npm run build:native builds them anew");
  const addon = loadAddon();
  const variant = addon.variants().find((found) => found.precision === precision)?.name;
  if (!variant)
    throw new UsageError(
      `--precision ${precision} cannot be had: it needs a processor with AMX for bfloat16, on Linux; use float32`,
    );
  return {
    name: nativeName(variant),
    engine: (input, threads) => nativeEngine(input, threads, { addon, variant }),
  };
}

async function openPrecision(device: Device, precision: Precision): Promise<OpenDevice> {
  if (device === "native") return openNative(precision);
  throw new UsageError(
    `--precision ${precision} cannot be had on --device ${device}: only the native kernels compute in it (npm run build:native, then --device native)`,
  );
}
