import { loadAddon, whyNotBuilt } from "../native/addon.ts";
import { nativeEngine } from "../native/engine.ts";
import { onnxEngine } from "../onnx/engine.ts";
import { runtimeName } from "../onnx/provider.ts";
import type { Device, DeviceChoice } from "./choices.ts";
import { openCuda } from "./cuda.ts";
import { type OpenDevice, refusal } from "./open-device.ts";
import { openTfjs } from "./tfjs.ts";
import { openWebgpu } from "./webgpu.ts";

/** Each throws a UsageError that says what is missing and how to get it. */
export const devices: Record<Device, { about: string; open(): Promise<OpenDevice> }> = {
  cpu: { about: "ONNX Runtime on the processor", open: openCpu },
  native: { about: "kernels of our own on the processor", open: openNative },
  cuda: { about: "ONNX Runtime on an NVIDIA GPU", open: openCuda },
  webgpu: { about: "ONNX Runtime on any GPU, through Vulkan, Metal or Direct3D", open: openWebgpu },
  tfjs: { about: "TensorFlow on an NVIDIA GPU, through tfjs-node-gpu", open: openTfjs },
};

/** What "auto" stands for here. */
export function chosenDevice(choice: DeviceChoice): Device {
  if (choice !== "auto") return choice;
  return whyNotBuilt() === null ? "native" : "cpu";
}

const opened = new Map<Device, Promise<OpenDevice>>();

/** Never gives another device than the one asked for; asking again costs nothing. */
export function openDevice(choice: DeviceChoice): Promise<OpenDevice> {
  const device = chosenDevice(choice);
  const found = opened.get(device) ?? devices[device].open();
  opened.set(device, found);
  return found;
}

async function openCpu(): Promise<OpenDevice> {
  return { name: runtimeName("cpu"), engine: (input, threads) => onnxEngine(input, threads) };
}

async function openNative(): Promise<OpenDevice> {
  const missing = whyNotBuilt();
  if (missing) throw refusal("native", missing, "npm run build:native builds them");
  const addon = loadAddon();
  return {
    name: `native (${addon.instructionSets()[0]})`,
    engine: (input, threads) => nativeEngine(input, threads, { addon }),
  };
}
