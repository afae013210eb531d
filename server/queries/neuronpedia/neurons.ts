import "server-only";
import { type ActivationRow, type NeuronRow, toActivationRow, toNeuronRow } from "trainer/bundle";
import { Prisma } from "@/prisma/client/client";
import { rowsOf } from "../../db.ts";
import { examplesLayout, featureLayout, unpack } from "../../packed.ts";
import { getVocabulary, tokenText } from "../../vocabulary.ts";
import { readTexts } from "../feature-rows.ts";
import type { Source } from "./source.ts";

export type Neuron = NeuronRow & { activations: ActivationRow[] };

/** Some features with so many of their examples each, those with the largest activation first; by index. */
export async function neuronsOf(
  { found, about }: Source,
  indices: number[],
  most: number,
): Promise<Map<number, Neuron>> {
  type Row = { index: number; record: Buffer; examples: Buffer | null };
  const [vocabulary, rows] = await Promise.all([
    getVocabulary(found.vocabulary_id),
    rowsOf<Row>(Prisma.sql`
      SELECT index, record, examples FROM feature
      LEFT JOIN feature_examples ON feature_examples.revision_id = ${found.id}
        AND feature_examples.feature = index AND ${most > 0}
      WHERE feature.revision_id = ${found.id} AND index = ANY(${indices}::int[])`),
  ]);
  const text = (token: number) => tokenText(vocabulary, token);
  const chosen = rows.flatMap(({ index, examples }) =>
    (examples ? unpack(examplesLayout, examples) : [])
      .map((example) => ({ index, example, largest: Math.max(...example.activations) }))
      .sort((a, b) => b.largest - a.largest)
      .slice(0, most),
  );
  const texts = await readTexts(
    found.id,
    chosen.map(({ example }) => example),
    false,
  );
  const neurons = new Map<number, Neuron>();
  for (const { index, record } of rows)
    for (const read of unpack(featureLayout, record))
      neurons.set(index, { ...toNeuronRow(read, about, text), activations: [] });
  for (const [i, { index, example }] of chosen.entries()) {
    const ids = texts.get(i) ?? [];
    const tokens = example.activations.map((_, at) => text(ids[at] ?? -1));
    neurons.get(index)?.activations.push(toActivationRow(example, { index, tokens }, about));
  }
  return neurons;
}
