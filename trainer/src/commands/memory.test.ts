import { expect, test } from "vitest";
import { runConfig } from "./config.ts";
import { groupLines, groupsWithin, type Need, needOf, needOfAll } from "./memory.ts";

const need = (name: string, bytes: number, stream = "one"): Need => ({
  name,
  config: runConfig.parse({}),
  memory: { weights: bytes, moments: 0, gradients: 0, entries: 0, buffers: 0, threads: 0 },
  bytes,
  brief: 10,
  stream,
  stream_bytes: 100,
});
const namesOf = (groups: Need[][]) => groups.map((group) => group.map(({ name }) => name).join(""));

test("a stream counts once for all that share it, and what is needed for a moment once", () => {
  expect(needOfAll([need("a", 1000), need("b", 2000)])).toBe(3000 + 100 + 10);
  expect(needOfAll([need("a", 1000), need("b", 2000, "other")])).toBe(3000 + 200 + 10);
});

test("dictionaries are trained together as far as the memory reaches", () => {
  const all = [need("a", 1000), need("b", 1000), need("c", 1000)];
  expect(namesOf(groupsWithin(all, 3110))).toEqual(["abc"]);
  expect(namesOf(groupsWithin(all, 3109))).toEqual(["ab", "c"]);
  expect(namesOf(groupsWithin(all, 1110))).toEqual(["a", "b", "c"]);
  expect(groupLines(groupsWithin(all, 1110), 1110).at(-1)).toContain("one after the other");
});

test.each([
  [{ d_sae: 65_536 }, /lower d_sae \(65536\)/],
  [{ d_sae: 64, buffer_tokens: 3_000_000, max_tokens: null }, /lower buffer_tokens \(3000000\)/],
  [{ d_sae: 2048, train_batch_tokens: 200_000, k: 200 }, /lower train_batch_tokens \(200000\)/],
])("what does not fit alone is refused with the setting to lower: %j", (settings, message) => {
  const large = needOf("large", runConfig.parse(settings), () => 128);
  expect(() => groupsWithin([large], 2e8)).toThrow(message);
  expect(() => groupsWithin([large], 2e8)).toThrow(/^large: takes /);
});
