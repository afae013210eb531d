import { onnxEngine } from "../onnx/engine.ts";
import { runtimeName } from "../onnx/sessions.ts";
import { openCuda } from "./cuda.ts";
import type { OpenDevice } from "./open-device.ts";
import { openTfjs } from "./tfjs.ts";
import { openWebgpu } from "./webgpu.ts";

/** Where a model can run, in the order of the table that `trainer devices` prints. */
export const devices = {
  cpu: { about: "ONNX Runtime on the processor", open: openCpu },
  cuda: { about: "ONNX Runtime on an NVIDIA GPU", open: openCuda },
  webgpu: { about: "ONNX Runtime on any GPU, through Vulkan, Metal or Direct3D", open: openWebgpu },
  tfjs: { about: "TensorFlow on an NVIDIA GPU, through tfjs-node-gpu", open: openTfjs },
} satisfies Record<string, { about: string; open(): Promise<OpenDevice> }>;
export type Device = keyof typeof devices;

export const deviceChoices = ["auto", ...(Object.keys(devices) as Device[])] as const;
export type DeviceChoice = "auto" | Device;

/** What "auto" stands for here. */
export function chosenDevice(choice: DeviceChoice): Device {
  return choice === "auto" ? "cpu" : choice;
}

/** Throws a UsageError that says what is missing and how to get it; never gives another device than the one asked for. */
export function openDevice(choice: DeviceChoice): Promise<OpenDevice> {
  return devices[chosenDevice(choice)].open();
}

async function openCpu(): Promise<OpenDevice> {
  return { name: runtimeName("cpu"), engine: (input, threads) => onnxEngine(input, threads) };
}
