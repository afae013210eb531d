import type { Sections } from "../bundle/index.ts";
import type { Sae } from "../sae/sae.ts";
import { weight } from "../sae/weights.ts";
import { type Tensor, zeros } from "../tensor/tensor.ts";

/**
 * One dictionary whose output is the sum of its stages'. The first is an SAE, the others give a residual
 * for x and do not subtract b_dec from it, so with b = Σ b_dec
 *
 *     (x − b) · W + b_enc′ = (x − b_dec) · W + b_enc   when b_enc′ = b_enc + (b − b_dec) · W
 *     (x − b) · W + b_enc′ = x · W + b_enc             when b_enc′ = b_enc + b · W
 */
export function concatenated(stages: Sae[]): Sae {
  const [first] = stages;
  const { architecture, d_in } = first.config;
  const d_sae = stages.reduce((sum, { config }) => sum + config.d_sae, 0);
  const b_dec = zeros(d_in);
  for (const stage of stages) for (let j = 0; j < d_in; j++) b_dec.data[j] += stage.b_dec.data[j];
  const vector = (of: (stage: Sae) => Float32Array): Tensor => {
    const data = new Float32Array(d_sae);
    eachAt(stages, (stage, at) => data.set(of(stage), at));
    return { shape: [d_sae], data };
  };
  const W_enc = zeros(d_in, d_sae);
  const W_dec = zeros(d_sae, d_in);
  eachAt(stages, ({ config, ...stage }, at) => {
    W_dec.data.set(stage.W_dec.data, at * d_in);
    for (let j = 0; j < d_in; j++) {
      const row = stage.W_enc.data.subarray(j * config.d_sae, (j + 1) * config.d_sae);
      W_enc.data.set(row, j * d_sae + at);
    }
  });
  return {
    config: { architecture, d_in, d_sae, k: null },
    W_enc,
    b_enc: vector((stage) => encoderBias(stage, b_dec)),
    W_dec,
    b_dec,
    ...(first.threshold && { threshold: vector((stage) => weight(stage, "threshold").data) }),
  };
}

function eachAt(stages: Sae[], visit: (stage: Sae, at: number) => void): void {
  let at = 0;
  for (const stage of stages) {
    visit(stage, at);
    at += stage.config.d_sae;
  }
}

/** b_enc of a stage when b_dec is subtracted from x */
function encoderBias({ config, W_enc, b_enc, ...stage }: Sae, b_dec: Tensor): Float32Array {
  const { d_in, d_sae, transcoder } = config;
  const sum = Float64Array.from(b_enc.data);
  for (let j = 0; j < d_in; j++) {
    const by = b_dec.data[j] - (transcoder ? 0 : stage.b_dec.data[j]);
    for (let f = 0; f < d_sae; f++) sum[f] += by * W_enc.data[j * d_sae + f];
  }
  return Float32Array.from(sum);
}

type Stacking = NonNullable<Sections["stacking"]>;
type Figures = NonNullable<Stacking["at_equal_l0"]>;

/** Figures at an L0 between those of two dictionaries, linear in log L0; null beyond them. */
export function atEqualL0(l0: number, others: Figures[]): Figures | null {
  const below = others.filter((other) => other.l0 <= l0).sort((a, b) => b.l0 - a.l0)[0];
  const above = others.filter((other) => other.l0 >= l0).sort((a, b) => a.l0 - b.l0)[0];
  if (!below || !above) return null;
  const share = below.l0 === above.l0 ? 0 : Math.log(l0 / below.l0) / Math.log(above.l0 / below.l0);
  const between = (name: keyof Figures) => below[name] + share * (above[name] - below[name]);
  return {
    l0,
    fvu: between("fvu"),
    ce_diff: between("ce_diff"),
    ce_loss_recovered: between("ce_loss_recovered"),
  };
}
