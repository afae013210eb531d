import { expect, test } from "vitest";
import { Kept } from "./kept.ts";

/** Opens things by name, and notes who was disposed of. */
function things(limit: number) {
  const kept = new Kept(limit);
  const disposed: string[] = [];
  let opened = 0;
  const get = (name: string, bytes = 1) =>
    kept.get(name, bytes, async () => {
      opened++;
      return { name, dispose: async () => void disposed.push(name) };
    });
  return { kept, get, disposed, opened: () => opened };
}

test("what was used last stays, as much as fits", async () => {
  const { get, disposed, opened } = things(3);
  for (const name of ["a", "b", "c", "a"]) await get(name);
  expect([opened(), disposed]).toEqual([3, []]);
  await get("d", 2);
  expect(disposed).toEqual(["b", "c"]);
  expect((await get("a")).name).toBe("a");
  expect(opened()).toBe(4);
});

test("what could not be opened is tried again", async () => {
  const { kept, get } = things(3);
  const fail = () => kept.get("a", 1, () => Promise.reject(new Error("no")));
  await expect(fail()).rejects.toThrow("no");
  expect((await get("a")).name).toBe("a");
});

test("more than all of the memory is refused, with both numbers", () => {
  const { kept } = things(3 * 2 ** 20);
  kept.refuseBeyond(3 * 2 ** 20, "a model");
  expect(() => kept.refuseBeyond(4 * 2 ** 20, "a model")).toThrow(
    "a model: 4 MiB of memory (expected at most 3; INFERENCE_BYTES sets it)",
  );
});
