import { join } from "node:path";
import { type ContextRecord, type ExampleRecord, tables } from "trainer/bundle";
import { sealBundle, writeTable } from "trainer/bundle/files";
import { writeTinyBundle } from "../trainer/fixtures/tiny-bundle.ts";
import { Random } from "../trainer/src/tensor/random.ts";

const CONTEXTS = 3000;
const CONTEXT_SIZE = 128;
const WINDOW = 40;
const INTERVALS = [20, 5, 5, 5, 5, 5]; // the top examples, then five of each interval

/** A bundle as large as a real one of `d_sae` features: 45 examples each, of 40 tokens, few of them active. */
export async function writeLargeBundle(dir: string, d_sae: number): Promise<void> {
  const random = new Random(0, "large bundle");
  const { model_id, name, provenance } = await writeTinyBundle(dir, { d_sae, name: "large" });
  await writeTable(join(dir, "contexts.parquet"), tables.contexts, contexts(random, provenance));
  await writeTable(join(dir, "examples.parquet"), tables.examples, examples(random, d_sae));
  await sealBundle(dir, { model_id, name, provenance });
}

function* contexts(
  random: Random,
  { model }: { model: { d_vocab: number } },
): Generator<ContextRecord> {
  for (let context = 0; context < CONTEXTS; context++)
    yield {
      context,
      tokens: Array.from({ length: CONTEXT_SIZE }, () => random.int(model.d_vocab)),
    };
}

function* examples(random: Random, d_sae: number): Generator<ExampleRecord> {
  for (let feature = 0; feature < d_sae; feature++)
    for (const [interval, count] of INTERVALS.entries())
      for (let rank = 0; rank < count; rank++) {
        const window_start = random.int(CONTEXT_SIZE - WINDOW);
        yield {
          feature,
          interval,
          interval_min: 0,
          interval_max: 1,
          interval_share: interval === 0 ? null : 0.5,
          rank,
          context: random.int(CONTEXTS),
          position: window_start + WINDOW / 2,
          window_start,
          activations: Array.from({ length: WINDOW }, () =>
            random.int(8) === 0 ? random.next() : 0,
          ),
        };
      }
}
