import { expect, test } from "vitest";
import { byteLengthOf, decodeColumns, encodeColumns } from "./columns.ts";

const columns = { at: Int32Array.of(7, -1), value: Float32Array.of(0.5, -2.25) };

test("columns come back as they went, with what goes with them", () => {
  const bytes = encodeColumns(columns, { token: "“né" }).buffer as ArrayBuffer;
  expect(decodeColumns(bytes)).toEqual({
    columns,
    header: {
      token: "“né",
      rows: 2,
      columns: [
        ["at", "int32"],
        ["value", "float32"],
      ],
    },
  });
});

test("the first word is the length of the whole, and every column begins at a whole word", () => {
  for (const padding of ["", "a", "ab", "abc"]) {
    const bytes = encodeColumns(columns, { padding });
    expect(bytes.length % 4).toBe(0);
    expect(byteLengthOf(bytes.buffer as ArrayBuffer)).toBe(bytes.length);
    // the last column's last value: -2.25 as float32, little-endian
    expect([...bytes.slice(-4)]).toEqual([0, 0, 0x10, 0xc0]);
  }
});

test("an answer that was cut off is not taken for a whole one", () => {
  const bytes = encodeColumns(columns);
  expect(() => decodeColumns(bytes.slice(0, -4).buffer)).toThrow("not all of the columns");
});
