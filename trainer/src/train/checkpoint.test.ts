import { mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UsageError } from "../bundle/index.ts";
import { randomSae } from "../sae/random-sae.ts";
import { Random } from "../tensor/random.ts";
import {
  type Checkpoint,
  discardCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
} from "./checkpoint.ts";

const settings = { lr: 0.1, architecture: "topk" };

function checkpointAt(step: number): Checkpoint {
  const [weights, mean, square] = ["weights", "mean", "square"].map((name) => {
    const { config: _, ...all } = randomSae(new Random(step, name), {
      architecture: "gated",
      d_in: 3,
      d_sae: 4,
      k: null,
    });
    return all;
  });
  return {
    state: { step, weights, mean, square },
    tokens_since_fired: Int32Array.of(1, 2, 3, 2 ** 31 - 1),
    input_scale: Math.PI / 3,
    output_scale: Math.E / 3,
    batch_threshold: 0.1 + 0.2,
  };
}

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "checkpoint-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

test("gives back the newest as it was, to the last bit", () => {
  for (const step of [9, 10]) saveCheckpoint(dir, checkpointAt(step), settings);
  expect(loadCheckpoint(dir, settings)).toEqual(checkpointAt(10));
});

test("keeps the newest two", () => {
  for (const step of [5, 50, 500]) saveCheckpoint(dir, checkpointAt(step), settings);
  expect(readdirSync(dir)).toEqual(["step-000000050.safetensors", "step-000000500.safetensors"]);
});

test("falls back on the one before when the newest is damaged", () => {
  for (const step of [1, 2]) saveCheckpoint(dir, checkpointAt(step), settings);
  truncateSync(join(dir, "step-000000002.safetensors"), 400);
  expect(loadCheckpoint(dir, settings)?.state.step).toBe(1);
});

test("is null where there is none", () => {
  expect(loadCheckpoint(dir, settings)).toBeNull();
});

test("is refused under other settings, which are listed", () => {
  saveCheckpoint(dir, checkpointAt(1), settings);
  const load = () => loadCheckpoint(dir, { ...settings, lr: 0.2 });
  expect(load).toThrow(UsageError);
  expect(load).toThrow("other settings: lr was 0.1, now 0.2");
});

test("one whose weights have gone wrong is discarded, and the one before it named", () => {
  for (const step of [3, 6]) saveCheckpoint(dir, checkpointAt(step), settings);
  expect(discardCheckpoint(dir, 5)).toBe(join(dir, "step-000000006.safetensors"));
  expect(discardCheckpoint(dir, 6)).toBe(join(dir, "step-000000003.safetensors"));
  expect(discardCheckpoint(dir, 3)).toBeNull();
});
