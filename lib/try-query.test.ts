import { expect, test } from "vitest";
import { tryPath } from "./routes.ts";
import { nameOf, readTryQuery } from "./try-query.ts";

const read = (path: string) => {
  const params = new URL(path, "http://hub").searchParams;
  return readTryQuery(
    Object.fromEntries([...new Set(params.keys())].map((key) => [key, params.getAll(key)])),
  );
};

test("an address says a text, a model and its dictionaries, each once", () => {
  const revision = "a".repeat(64);
  const query = {
    model: "tiny",
    dictionaries: [{ name: "one" }, { name: "two", revision }],
    text: "a & b\n+ ü",
    feature: 7,
  };
  const { dictionaries, ...rest } = query;
  const d = [...dictionaries, { name: "one" }].map(nameOf);
  expect(read(tryPath({ ...rest, d }))).toEqual(query);
});

test("what makes no sense is left out", () => {
  expect(read("/try?feature=x&d=one@1&text=a%00b")).toEqual({
    model: "",
    dictionaries: [{ name: "one@1" }],
    text: "ab",
    feature: null,
  });
  const many = Array.from({ length: 20 }, (_, i) => `d=${i}`).join("&");
  expect(read(`/try?${many}&text=${"a".repeat(20_001)}`)).toMatchObject({
    dictionaries: expect.objectContaining({ length: 8 }),
    text: "a".repeat(20_000),
  });
});
