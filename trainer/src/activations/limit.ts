import { bytesOf } from "./header.ts";
import type { HookFolder } from "./hook-folder.ts";
import { type Plan, rowsOf, type Shard } from "./plan.ts";

/** What of all activations stays on disk; what does not is computed again whenever it is read. */
export type Kept = { rows: number; bytes: number; of_rows: number; of_bytes: number };

/** How many of the plan's first shards may be kept in so many bytes, beside what is there already. */
export function shardsWithin(most_bytes: number, plan: Plan, folders: HookFolder[]): number {
  let left = most_bytes - sum(folders.map(bytesThere));
  const fits = (shard: Shard) => {
    left -= sum(wanting(folders).map(({ hook }) => bytesOf(shard, hook, plan)));
    return left >= 0;
  };
  const first = plan.shards.findIndex((shard) => !fits(shard));
  return first < 0 ? plan.shards.length : first;
}

export function keptOf(plan: Plan, folders: HookFolder[], shards: Shard[]): Kept {
  const whole = (shard: Shard) => sum(folders.map(({ hook }) => bytesOf(shard, hook, plan)));
  const new_bytes = wanting(folders).flatMap(({ hook }) =>
    shards.map((shard) => bytesOf(shard, hook, plan)),
  );
  const rows = folders.map(({ header }) => sum((header?.shards ?? shards).map(({ rows }) => rows)));
  return {
    rows: Math.min(...rows),
    bytes: sum(folders.map(bytesThere)) + sum(new_bytes),
    of_rows: rowsOf(plan.chunks),
    of_bytes: sum(plan.shards.map(whole)),
  };
}

const wanting = (folders: HookFolder[]) => folders.filter(({ header }) => header === null);

const bytesThere = ({ header }: HookFolder) =>
  sum((header?.shards ?? []).map(({ bytes }) => bytes));

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
