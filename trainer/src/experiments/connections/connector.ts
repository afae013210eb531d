import { type ConnectionRecord, MOST_SOURCES } from "../../bundle/index.ts";
import { type Columns, momentsOf, toColumns } from "./columns.ts";
import type { ConnectConfig } from "./config.ts";
import { Gram, standardDeviation, toSources } from "./gram.ts";
import { linearRow } from "./linear.ts";
import { type Prediction, shareExplained } from "./predict.ts";
import { rectifiedRow, setTarget, targetOf } from "./rectified.ts";
import type { Samples } from "./samples.ts";
import type { Row } from "./working-set.ts";

/** Weights below this share of the row's largest, both in units of their sources' scale, are left out. */
const LEAST_SHARE = 0.01;

/** What connections.parquet says of an output feature, but for where its sources are. */
export type Connected = Omit<ConnectionRecord, "from">;

/**
 * What learns a sparse row of W, and one of W', for an output feature, and measures both on held-out tokens.
 * Sources and output are taken in units of their scale, so that one penalty fits all. Nothing is random, and
 * rows do not depend on one another. Memory: the activations by feature (8 bytes each), and `Gram`'s rows.
 */
export function connector(
  { train, heldOut, d_from, d_to }: Samples,
  { l1, bias: hasBias, variant }: ConnectConfig,
): (feature: number) => Connected {
  const sources = toSources(train.from, toColumns(train.from, d_from));
  const targets = toColumns(train.to, d_to);
  const measured = {
    from: toColumns(heldOut.from, d_from),
    to: toColumns(heldOut.to, d_to),
    room: new Float64Array(heldOut.to.n),
  };
  const gram = new Gram(sources, hasBias);
  const { mean, rms } = momentsOf(targets);
  const target = targetOf(train.to.n);

  const linear = (f: number): Prediction => {
    const scale = hasBias ? standardDeviation(mean[f], rms[f]) : rms[f];
    const row = linearRow(gram, gram.products(targets, f, mean[f], scale), l1);
    const kept = strongest(row, gram.scale, scale);
    const shift = kept.sources.reduce((sum, i, p) => sum + kept.weights[p] * sources.mean[i], 0);
    return { ...kept, bias: hasBias ? mean[f] - shift : 0, rectified: false };
  };
  const rectified = (f: number, { sources: first, weights, bias }: Prediction): Prediction => {
    setTarget(target, targets, f, rms[f]);
    const inUnits = weights.map((w, p) => (w * sources.rms[first[p]]) / rms[f]);
    const start = { sources: first, weights: inUnits, bias: bias / rms[f] };
    const row = rectifiedRow(sources, target, l1, start, hasBias);
    return { ...strongest(row, sources.rms, rms[f]), bias: row.bias * rms[f], rectified: true };
  };

  return (f) => {
    const line = rms[f] > 0 ? linear(f) : null;
    const hinge = line && variant !== "linear" ? rectified(f, line) : null;
    return toRecord(f, { line, hinge }, variant, sources.rms, measured);
  };
}

/** The weights in units of activations that are worth keeping, the strongest first. */
function strongest({ sources, weights }: Row, scales: Float64Array, scale: number): Row {
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const kept = [...sources.keys()]
    .filter((p) => weights[p] !== 0 && Math.abs(weights[p]) >= LEAST_SHARE * largest)
    .sort((p, q) => Math.abs(weights[q]) - Math.abs(weights[p]) || sources[p] - sources[q])
    .slice(0, MOST_SOURCES);
  return {
    sources: kept.map((p) => sources[p]),
    weights: kept.map((p) => Math.fround((weights[p] * scale) / scales[sources[p]])),
  };
}

type Measure = { from: Columns; to: Columns; room: Float64Array };

function toRecord(
  feature: number,
  { line, hinge }: { line: Prediction | null; hinge: Prediction | null },
  variant: ConnectConfig["variant"],
  scales: Float64Array,
  { from, to, room }: Measure,
): Connected {
  const nothing = { sources: [], weights: [], bias: 0, rectified: false };
  const shown = variant === "relu" ? null : line;
  const weightsOf = (of: Prediction | null) =>
    new Map(of?.sources.map((i, p) => [i, of.weights[p]]) ?? []);
  const [weights, relu_weights] = [weightsOf(shown), weightsOf(hinge)];
  const strength = (i: number) =>
    scales[i] * Math.max(Math.abs(weights.get(i) ?? 0), Math.abs(relu_weights.get(i) ?? 0));
  const sources = [...new Set([...weights.keys(), ...relu_weights.keys()])].sort(
    (i, k) => strength(k) - strength(i) || i - k,
  );
  const share = (prediction: Prediction | null) =>
    shareExplained(prediction ?? nothing, from, to, feature, room);
  return {
    feature,
    variance_explained: variant === "relu" ? null : share(shown),
    variance_explained_relu: variant === "linear" ? null : share(hinge),
    bias: Math.fround(shown?.bias ?? 0),
    relu_bias: Math.fround(hinge?.bias ?? 0),
    sources,
    weights: sources.map((i) => weights.get(i) ?? 0),
    relu_weights: sources.map((i) => relu_weights.get(i) ?? 0),
  };
}
