import { expect, test } from "vitest";
import { keep } from "./kept.ts";

function reader(most: number) {
  const read: string[] = [];
  const get = keep(most, async (key: string) => {
    read.push(key);
    if (key === "bad") throw new Error("cannot be read");
    return key.toUpperCase();
  });
  return { get, read };
}

test("what is kept is read once, also when it is asked for twice at once", async () => {
  const { get, read } = reader(2);
  expect(await Promise.all([get("a"), get("a"), get("b")])).toEqual(["A", "A", "B"]);
  expect(read).toEqual(["a", "b"]);
});

test("what was used longest ago goes", async () => {
  const { get, read } = reader(2);
  for (const key of ["a", "b", "a", "c", "a", "b"]) await get(key);
  expect(read).toEqual(["a", "b", "c", "b"]);
});

test("a failure is not kept", async () => {
  const { get, read } = reader(2);
  await expect(get("bad")).rejects.toThrow("cannot be read");
  await expect(get("bad")).rejects.toThrow("cannot be read");
  expect(read).toHaveLength(2);
});
