import type { SaeConfig } from "../trainer/src/sae/config.ts";

/** A training step to be timed. */
export type Shape = SaeConfig & {
  batch: number;
  /** features active per row that the weights are made for; 0: b_enc is 0, and half of them all are */
  l0: number;
  l1_coefficient: number;
};

/** rule: topk:64 (k), standard:60 (l0) or standard:dense (half of all features) */
export function shapeOf(rule: string, d_in: number, d_sae: number, batch: number): Shape {
  const [architecture, active] = rule.split(":");
  const size = { d_in, d_sae, batch };
  if (architecture === "topk")
    return { ...size, architecture, k: Number(active), l0: Number(active), l1_coefficient: 0 };
  if (architecture === "standard") {
    const l0 = active === "dense" ? 0 : Number(active);
    return { ...size, architecture, k: null, l0, l1_coefficient: 1e-3 };
  }
  throw new Error(`no such step: ${rule} (expected topk:K, standard:L0 or standard:dense)`);
}

/** As train_torch.py and train-run.ts read it. */
export function shapeWord({ architecture, d_in, d_sae, k, batch, l1_coefficient }: Shape): string {
  return [architecture, d_in, d_sae, k ?? 0, batch, l1_coefficient].join();
}

export function parseShapeWord(word: string): Omit<Shape, "l0"> {
  const [architecture, ...numbers] = word.split(",");
  const [d_in, d_sae, k, batch, l1_coefficient] = numbers.map(Number);
  return {
    architecture: architecture as Shape["architecture"],
    d_in,
    d_sae,
    k: k || null,
    batch,
    l1_coefficient,
  };
}
