import { randomUUID } from "node:crypto";
import type { ReportedLine, RunAnnouncement } from "trainer/bundle";

export function announcement(given: Partial<RunAnnouncement> = {}): RunAnnouncement {
  return {
    id: randomUUID(),
    name: "res1-2x-topk2",
    sweep: null,
    host: "bench",
    dir: "/home/lab/runs/first",
    model: "tiny",
    hook_name: "blocks.1.hook_resid_post",
    hook_name_out: null,
    architecture: "topk",
    d_sae: 8,
    k: 2,
    train_tokens: 1_000_000,
    config: { lr: 0.003, seed: 0 },
    ...given,
  };
}

export function line(step: number, given: Partial<ReportedLine> = {}): ReportedLine {
  return {
    step,
    tokens: 100 * step,
    loss: 3 / step,
    mse_loss: 2 / step,
    sparsity_loss: 0,
    auxk_loss: 1 / step,
    orthogonality_loss: null,
    l0: 2,
    dead_fraction: 0.25,
    fvu: null,
    lr: 0.003,
    grad_norm: 1,
    tokens_per_second: null,
    ...given,
  };
}

/** Lines of these steps. */
export const linesOf = (...steps: number[]): ReportedLine[] => steps.map((step) => line(step));
