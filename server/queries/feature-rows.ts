import "server-only";
import type { ExampleView, IntervalView } from "@/lib/views.ts";
import { Prisma } from "@/prisma/client/client";
import { rowsOf } from "../db.ts";
import { examplesLayout, featureLayout, unpack } from "../packed.ts";
import { tokenText, type Vocabulary } from "../vocabulary.ts";
import { readInts } from "./packed-ints.ts";

/*
 * A feature's rows in as few queries as there can be: what they hold says what the next must ask for.
 */

type Stored = ReturnType<typeof unpack<typeof examplesLayout>>[number];

/** The record and the examples of a feature; `connected` where anything of its dictionary may be connected with it. */
export async function readFeature(
  { id, slug }: { id: number; slug: string },
  index: number,
): Promise<{
  record: ReturnType<typeof unpack<typeof featureLayout>>[number];
  examples: Stored[];
  /** see datapointsOf */
  datapoints: Buffer | null;
  connected: boolean;
} | null> {
  type Row = {
    record: Buffer;
    examples: Buffer | null;
    datapoints: Buffer | null;
    connected: boolean;
  };
  const [row] = await rowsOf<Row>(Prisma.sql`
    SELECT record, examples, datapoints,
      EXISTS (SELECT FROM connection_source WHERE revision_id = ${id} OR name = ${slug}) AS connected
    FROM feature
    LEFT JOIN feature_examples
      ON feature_examples.revision_id = ${id} AND feature_examples.feature = ${index}
    WHERE feature.revision_id = ${id} AND index = ${index}`);
  const record = row && unpack(featureLayout, row.record)[0];
  if (!row || !record) return null;
  const examples = row.examples ? unpack(examplesLayout, row.examples) : [];
  return { record, examples, datapoints: row.datapoints, connected: row.connected };
}

/** Examples by interval, with their text: of their windows, or of the whole of their contexts. */
export async function toIntervals(
  revision_id: number,
  examples: Stored[],
  vocabulary: Vocabulary,
  whole: boolean,
): Promise<IntervalView[]> {
  const texts = await readTexts(revision_id, examples, whole);
  const intervals = new Map<number, IntervalView>();
  examples.forEach((example, i) => {
    const { interval, interval_min, interval_max, interval_share } = example;
    const group = intervals.get(interval) ?? {
      interval,
      min: interval_min,
      max: interval_max,
      share: interval_share,
      examples: [],
    };
    const text = (texts.get(i) ?? []).map((id) => tokenText(vocabulary, id));
    group.examples.push(toView(example, text, whole));
    intervals.set(interval, group);
  });
  return [...intervals.values()];
}

function toView(
  { context, position, window_start, activations }: Stored,
  text: string[],
  whole: boolean,
): ExampleView {
  const start = whole ? window_start : 0; // where the window lies in the text
  const end = start + activations.length;
  const tokens = activations.map((_, i) => text[start + i] ?? "\ufffd");
  return {
    context,
    position,
    window_start,
    tokens,
    activations,
    ...(whole && { before: text.slice(0, start), after: text.slice(end) }),
  };
}

/** Token ids by the examples' places: a slice of each context, so that what is not shown is not sent. */
export async function readTexts(
  revision_id: number,
  examples: Pick<Stored, "context" | "window_start" | "activations">[],
  whole: boolean,
): Promise<Map<number, number[]>> {
  if (examples.length === 0) return new Map();
  const contexts = examples.map((example) => example.context);
  const starts = examples.map(({ window_start }) => (whole ? 1 : window_start + 1));
  const ends = examples.map(({ window_start, activations }) =>
    whole ? 2 ** 31 - 1 : window_start + activations.length,
  );
  const rows = await rowsOf<{ at: number; tokens: Buffer }>(Prisma.sql`
    SELECT at::int - 1 AS at, array_send(tokens[start:stop]) AS tokens
    FROM unnest(${contexts}::int[], ${starts}::int[], ${ends}::int[])
      WITH ORDINALITY AS wanted(number, start, stop, at)
    JOIN context ON context.revision_id = ${revision_id} AND context.context = wanted.number`);
  return new Map(rows.map(({ at, tokens }) => [at, readInts(tokens)]));
}
