import type { DeviceChoice } from "../model/devices/choices.ts";
import type { Tf } from "../model/tfjs/ops.ts";
import type { SaeConfig } from "../sae/config.ts";
import type { KernelChoice } from "../sae/kernel/choices.ts";
import { kernelName } from "../sae/kernel/kernel.ts";
import { createTrainingStep } from "./step.ts";
import { createTfjsTrainingStep } from "./tfjs/step.ts";
import type { StepState, TrainingStep, TrainingStepOptions } from "./training-step.ts";

/** What computes training steps. */
export type TrainingEngine = {
  /** with its version and where it computes, as manifests name it */
  name: string;
  /** Engines alike in this give the same bytes; a training goes on with no other. */
  arithmetic: string;
  /** what encodes before the first step */
  sae_kernel?: KernelChoice;
  createStep(
    config: SaeConfig,
    state: StepState,
    options: TrainingStepOptions,
  ): Promise<TrainingStep>;
};

/** The engine that trains where the model runs on `device`: tfjs on its GPU, else the kernels on the processor. */
export async function openTrainingEngine(
  device: DeviceChoice,
  sae_kernel?: KernelChoice,
): Promise<TrainingEngine> {
  if (device !== "tfjs") return kernelEngine(sae_kernel);
  const { openDevice } = await import("../model/devices/device.ts");
  const { name, tf } = await openDevice(device);
  if (!tf) throw new Error(`${name} gave no tfjs`);
  return tfjsEngine(name, tf);
}

/** tfjs, on whichever backend it was set to. */
export function tfjsEngine(name: string, tf: Tf): TrainingEngine {
  return {
    name,
    arithmetic: name,
    createStep: (config, state, options) => createTfjsTrainingStep(tf, config, state, options),
  };
}

/** The compiled kernels (trainer/kernels), which give the same bytes however they were compiled. */
export function kernelEngine(sae_kernel: KernelChoice = "auto"): TrainingEngine {
  return {
    name: kernelName(sae_kernel),
    arithmetic: "kernels on the processor",
    sae_kernel,
    createStep: (config, state, options) =>
      createTrainingStep(config, state, { ...options, sae_kernel }),
  };
}
