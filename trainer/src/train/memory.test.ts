import { expect, test } from "vitest";
import { saeConfig } from "../sae/config.ts";
import { createPortableKernel } from "../sae/kernel/portable-kernel.ts";
import { trainConfig } from "./config.ts";
import { briefMemory, streamMemory, totalOf, trainingMemory } from "./memory.ts";
import type { TrainSettings } from "./settings.ts";
import { trainingLayout } from "./step-layout.ts";
import { kernelOptions } from "./training-run.ts";

const settingsWith = (changes: Partial<TrainSettings>): TrainSettings => ({
  ...saeConfig.parse({ d_sae: 1024, k: 8 }),
  ...trainConfig.parse({ train_batch_tokens: 512 }),
  seed: 0,
  ...changes,
});
const widths = { d_in: 64, d_out: null };
const matrices = 4 * 2 * 64 * 1024;

test("moments are two of every weight, and gradients one where they are kept whole", () => {
  const one = trainingMemory(settingsWith({}), widths, { threads: 1, sae_kernel: "auto" });
  const vectors = 4 * (1024 + 64);
  expect(one.moments).toBe(2 * (matrices + vectors));
  expect(one.gradients).toBe(matrices + vectors);
  const free = trainingMemory(settingsWith({ clip_grad_norm: 0 }), widths, {
    threads: 1,
    sae_kernel: "auto",
  });
  expect(free.gradients).toBe(4 * 64);
  expect(briefMemory(settingsWith({}), widths)).toBe(matrices + vectors);
  expect(briefMemory(settingsWith({ resample_every_steps: 9 }), widths)).toBe(
    3 * (matrices + vectors),
  );
});

test.each(["topk", "standard", "gated", "jumprelu", "batchtopk"] as const)(
  "it is what a kernel of %s allocates",
  async (architecture) => {
    const settings = settingsWith({ architecture });
    const options = kernelOptions(settings, { threads: 2, held_out_rows: 4096 });
    const config = { architecture, d_in: 64, d_sae: 1024, k: 8 };
    const kernel = await createPortableKernel({ threads: 2, ...trainingLayout(config, options) });
    const allocated = kernel.floats("x").buffer.byteLength;
    await kernel.dispose();
    // the compiled code's own data and stack, a stack for each further thread, and whole pages
    const memory = trainingMemory(settings, widths, { threads: 2, sae_kernel: "portable" });
    const stated = totalOf({ ...memory, threads: 0 });
    expect(allocated - stated).toBeGreaterThan(0);
    expect(allocated - stated).toBeLessThan(2 ** 21);
  },
);

test("WebAssembly's threads take memory of their own", () => {
  const ofThreads = (threads: number) =>
    trainingMemory(settingsWith({}), widths, { threads, sae_kernel: "portable" }).threads;
  expect(ofThreads(1)).toBe(0);
  expect(ofThreads(3)).toBe(2 * ofThreads(2));
});

test("shuffling takes a buffer that is used and one that is read", () => {
  const settings = settingsWith({ buffer_tokens: 10_000 });
  const batches = 4 * (8 * 512 + 4096);
  expect(streamMemory(settings, widths, "float32")).toBe(64 * (4 * 20_000 + batches));
  expect(streamMemory(settings, widths, "bfloat16")).toBe(64 * (2 * 20_000 + batches));
  const wider = { d_in: 64, d_out: 32 };
  expect(streamMemory(settings, wider, "float16")).toBe(96 * (2 * 20_000 + batches));
  expect(streamMemory(settings, widths, "float32", 100)).toBe(64 * (4 * 200 + batches));
});
