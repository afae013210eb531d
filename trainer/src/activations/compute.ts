import { BundleError } from "../bundle/index.ts";
import { type Dtype, toBytes } from "./dtype.ts";
import { type Chunk, type Hook, type Origin, type Plan, rowsOf } from "./plan.ts";
import { countedPositions, countedRows } from "./policy.ts";

/** The bytes of a chunk's counted tokens at each hook of the plan, out of one pass over the model. */
export async function computeChunk(
  plan: Plan,
  chunk: Chunk,
  { model, tokens }: Origin,
): Promise<Uint8Array[]> {
  const { hooks, policy, dtype } = plan;
  const n = chunk.last - chunk.first;
  const ids = tokens.contexts(chunk.first, chunk.last);
  const mask = countedPositions(ids, tokens.context_size, policy);
  const names = hooks.map(({ hook_name }) => hook_name);
  const found = await model.hooks(ids, [n, tokens.context_size], names);
  return hooks.map((hook) => {
    const { data } = found[hook.hook_name];
    const x = countedRows({ shape: [ids.length, hook.width], data }, mask).data;
    refuseUnkeepable(x, hook, chunk, plan);
    return toBytes(x, dtype);
  });
}

/** Chunks that the model has in hand or finished while another is used: it need not wait for who uses them. */
const AHEAD = 4;

/** What `computeChunk` gives for each chunk, in order. Done when the model is idle. */
export async function* computeChunks(
  plan: Plan,
  chunks: Chunk[],
  origin: Origin,
): AsyncGenerator<Uint8Array[], undefined> {
  const begun: Promise<Uint8Array[]>[] = [];
  let next = 0;
  try {
    while (next < chunks.length || begun.length > 0) {
      while (next < chunks.length && begun.length <= AHEAD) {
        const computed = computeChunk(plan, chunks[next++], origin);
        computed.catch(() => {}); // seen when it is this chunk's turn
        begun.push(computed);
      }
      yield (await begun.shift()) as Uint8Array[];
    }
  } finally {
    await Promise.allSettled(begun);
  }
}

/** What is as large, or larger, is rounded to Infinity. */
const limits: Record<Dtype, number> = {
  float32: Number.POSITIVE_INFINITY,
  float16: 65520,
  bfloat16: (2 - 2 ** -8) * 2 ** 127,
};

function refuseUnkeepable(x: Float32Array, hook: Hook, chunk: Chunk, plan: Plan): void {
  const limit = limits[plan.dtype];
  let at = 0;
  while (at < x.length && Math.abs(x[at]) < limit) at++; // a callback for each number takes ten times as long
  if (at === x.length) return;
  const why = Number.isFinite(x[at])
    ? `more than ${plan.dtype} holds: take another activation_dtype`
    : "the model's arithmetic overflows";
  throw new BundleError(
    `${placeOf(plan, chunk, Math.floor(at / hook.width))}: ${hook.hook_name} is ${x[at]} there (contexts ${chunk.first} to ${chunk.last - 1} of the text); ${why}`,
  );
}

/** Where a chunk's row is kept, or would be. */
function placeOf({ shards, held_out }: Plan, chunk: Chunk, row: number): string {
  const { file, chunks } = shards.find(({ chunks }) => chunks.includes(chunk)) ?? held_out;
  return `${file}, row ${rowsOf(chunks.slice(0, chunks.indexOf(chunk))) + row}`;
}
