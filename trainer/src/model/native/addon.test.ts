import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { addonForTests } from "../../../fixtures/native-addon.ts";
import { type Addon, isThere, whyNotBuilt } from "./addon.ts";
import { Memory } from "./memory.ts";

const found = addonForTests();
const reason = typeof found === "string" ? found : "";

describe.skipIf(reason)(`the addon refuses ${reason}`, () => {
  const addon = found as Addon;
  const floats = (length: number) => new Float32Array(length);
  const machine = reason ? (undefined as never) : addon.open(0, 1);
  const weight = reason ? (undefined as never) : addon.pack(machine, floats(12), 3, 4, 0);
  const q = [floats(20), 0, 1, 4, 4, null, null] as const;
  afterAll(() => {
    if (!reason) addon.close(machine);
  });

  test.each<[string, () => unknown, string]>([
    ["a thread count of 0", () => addon.open(0, 0), "argument 2 is not a size in range"],
    ["instructions it does not know", () => addon.open(9, 1), "argument 1"],
    ["half a thread", () => addon.open(0, 1.5), "argument 2"],
    ["a size that is none", () => addon.pack(machine, floats(12), NaN, 4, 0), "argument 3"],
    ["a weight of other sizes", () => addon.pack(machine, floats(11), 3, 4, 0), "these sizes"],
    [
      "a weight in double precision",
      () => addon.pack(machine, new Float64Array(12) as never, 3, 4, 0),
      "argument 2 is not a Float32Array",
    ],
    [
      "rows of another width",
      () => addon.product(machine, floats(8), floats(7), weight, null),
      "x has another width",
    ],
    [
      "room for fewer results",
      () => addon.product(machine, floats(7), floats(6), weight, null),
      "out has another size",
    ],
    [
      "a short bias",
      () => addon.product(machine, floats(8), floats(6), weight, floats(3)),
      "the bias has another length",
    ],
    [
      "a machine for a weight",
      () => addon.product(machine, floats(8), floats(6), machine as never, null),
      "argument 4 is not of this addon",
    ],
    ["a plain object", () => addon.close({} as never), "not of this addon"],
    ["nothing at all", () => (addon.product as () => void)(), "argument 1"],
    [
      "a sum of one",
      () => addon.map(machine, 3, floats(4), floats(4), null),
      "number of arguments",
    ],
    [
      "rows that do not fit",
      () => addon.rows(machine, 1, floats(7), floats(7), 3, null, null, 0),
      "rows of this width",
    ],
    [
      "heads beyond their data",
      () => addon.attend(machine, floats(24), 2, 3, 4, ...q, ...q, ...q),
      "a row lies outside",
    ],
    [
      "an offset beyond the data",
      () =>
        addon.attend(machine, floats(4), 1, 1, 4, ...q, ...q, floats(20), 17, 1, 4, 4, null, null),
      "a head lies outside",
    ],
    [
      "a rotation of more than there is",
      () =>
        addon.attend(
          machine,
          floats(4),
          1,
          1,
          4,
          floats(4),
          0,
          1,
          4,
          4,
          floats(3),
          floats(3),
          ...q,
          ...q,
        ),
      "the rotation has another size",
    ],
    [
      "a target that is no token",
      () =>
        addon.losses(machine, floats(6), null, weight, Int32Array.of(4), 2, floats(1), null, null),
      "no such target",
    ],
    [
      "results for x̂ without it",
      () =>
        addon.losses(
          machine,
          floats(6),
          null,
          weight,
          Int32Array.of(1),
          2,
          floats(1),
          floats(1),
          null,
        ),
      "results do not fit",
    ],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });

  test("what has been closed or freed", () => {
    const other = addon.open(0, 2);
    const freed = addon.pack(other, floats(12), 3, 4, 1);
    addon.free(freed);
    expect(() => addon.product(other, floats(4), floats(3), freed, null)).toThrow("freed");
    addon.close(other);
    addon.close(other);
    expect(() => addon.pack(other, floats(12), 3, 4, 1)).toThrow("closed");
  });

  test("a weight that was packed for other instructions", () => {
    const [best, ...others] = addon.variants();
    if (others.length === 0) return;
    const other = addon.open(others.length, 1);
    const call = () => addon.product(other, floats(4), floats(3), weight, null);
    expect(call, best.name).toThrow("packed for another instruction set");
    addon.close(other);
  });
});

describe("a build", () => {
  const folder = mkdtempSync(join(tmpdir(), "native-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("that is not there, or of other sources, is not used", () => {
    expect(whyNotBuilt(folder)).toBe("the native kernels have not been built");
    expect(isThere(folder)).toBe(false);
    writeFileSync(join(folder, "build.json"), JSON.stringify({ sources_sha256: "0" }));
    expect(whyNotBuilt(folder)).toMatch("built from other sources");
    expect(isThere(folder)).toBe(true);
  });
});

describe("memory", () => {
  test("serves the next of about its size once nobody looks at it, and not before", () => {
    const memory = new Memory();
    const first = memory.take(100);
    first.users++;
    memory.release(first);
    expect(memory.take(100).data.buffer).not.toBe(first.data.buffer);
    memory.release(first);
    expect(memory.take(40).data.buffer).not.toBe(first.data.buffer);
    const next = memory.take(60).data;
    expect(next.buffer).toBe(first.data.buffer);
    expect(next).toHaveLength(60);
  });
});
