import "server-only";
import { extremes, type LiveDictionary } from "trainer/bundle";
import { askLive } from "../../inference/live.ts";
import { dictionaryPin } from "../../inference/weights.ts";
import { modelPin } from "../try-text.ts";
import type { Source } from "./source.ts";

/** What some sources of one model say of a text, computed now: the strongest features of each token, or all. */
export async function alongText(
  sources: Source[],
  text: string,
  { strongest, follow = [] }: { strongest: number | "all"; follow?: number[] },
  signal: AbortSignal,
): Promise<{ tokens: string[]; dictionaries: LiveDictionary[] }> {
  const [first] = sources as [Source];
  const widest = Math.max(...sources.map(({ found }) => found.summary.d_sae));
  return askLive(
    {
      kind: "text",
      model: modelPin(first.found),
      dictionaries: await Promise.all(sources.map(({ found }) => dictionaryPin(found))),
      text,
      strongest: strongest === "all" ? widest : strongest,
      follow,
      losses: false,
    },
    signal,
  );
}

type Along = Pick<LiveDictionary["features"][number], "positions" | "activations">;

/** A feature's activation at each of n tokens, and the largest of them. */
export function valuesOf({ positions, activations }: Along, n: number) {
  const values: number[] = new Array(n).fill(0);
  for (const [i, at] of positions.entries()) values[at] = activations[i] ?? 0;
  return { values, ...extremes(values) };
}

/** What one feature does along a text, as of an example; with `ignoreBos` without the token that opens it. */
export async function featureAlong(
  { source, index }: { source: Source; index: number },
  text: string,
  ignoreBos: boolean,
  signal: AbortSignal,
) {
  const asked = { strongest: 0, follow: [index] };
  const { tokens, dictionaries } = await alongText([source], text, asked, signal);
  const from = ignoreBos ? 1 : 0;
  const along = dictionaries[0]?.features.find((one) => one.index === index);
  const all = valuesOf(along ?? { positions: [], activations: [] }, tokens.length);
  const values = all.values.slice(from);
  const { maxValue, maxValueTokenIndex, minValue } = extremes(values);
  const { modelId, layer } = source.about;
  return {
    tokens: tokens.slice(from),
    values,
    maxValue,
    minValue,
    modelId,
    layer,
    index: String(index),
    creatorId: "",
    dataIndex: null,
    dataSource: null,
    maxValueTokenIndex,
    createdAt: new Date().toISOString(),
    dfaValues: [],
    dfaTargetIndex: null,
    dfaMaxValue: null,
  };
}

/** Every feature that is active on a text: by index, pairs of a token's place and the activation there. */
export async function sourceAlong(source: Source, text: string, signal: AbortSignal) {
  const asked = { strongest: "all" } as const;
  const { tokens, dictionaries } = await alongText([source], text, asked, signal);
  const features = dictionaries[0]?.features ?? [];
  return {
    tokens,
    activeFeatures: Object.fromEntries(
      features.map(({ index, positions, activations }) => [
        String(index),
        positions.map((at, i) => [at, activations[i] ?? 0]),
      ]),
    ),
  };
}
