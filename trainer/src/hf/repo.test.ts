import { expect, test } from "vitest";
import { apiAddress, fileAddress, parseRepo, repoName } from "./repo.ts";

test.each([
  ["gpt2", "gpt2", "main"],
  ["EleutherAI/pythia-70m-deduped", "EleutherAI/pythia-70m-deduped", "main"],
  ["EleutherAI/pythia-70m-deduped@step3000", "EleutherAI/pythia-70m-deduped", "step3000"],
  ["a/b@refs/pr/1", "a/b", "refs/pr/1"],
])("%s names a repository and a revision", (text, id, revision) => {
  const repo = parseRepo(text, "model");
  expect(repo).toEqual({ type: "model", id, revision });
  expect(repoName(repo)).toBe(text);
});

test.each([
  "",
  "a/b/c",
  "a//b",
  "/a",
  "a/",
  "a/b@",
  "a/..",
  "a/b--c",
  "a b/c",
  "a/b@../x",
  "a/b@x/",
])("%j names none", (text) => {
  expect(() => parseRepo(text, "dataset")).toThrow(
    `${JSON.stringify(text)}: not the name of a dataset (expected ORG/NAME or ORG/NAME@REVISION`,
  );
});

test("a dataset's addresses lie beside those of models", () => {
  const [model, dataset] = (["model", "dataset"] as const).map((type) => parseRepo("a/b", type));
  expect(apiAddress("http://hub", model)).toBe("http://hub/api/models/a/b");
  expect(apiAddress("http://hub", dataset)).toBe("http://hub/api/datasets/a/b");
  expect(fileAddress("http://hub", model, "c0ffee", "x y.json")).toBe(
    "http://hub/a/b/resolve/c0ffee/x%20y.json",
  );
  expect(fileAddress("http://hub", dataset, "c0ffee", "data/x#1.parquet")).toBe(
    "http://hub/datasets/a/b/resolve/c0ffee/data/x%231.parquet",
  );
});
