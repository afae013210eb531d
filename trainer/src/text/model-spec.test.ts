import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { keptModelSpec, modelSlug, parseModelSpec } from "./model-spec.ts";

const dir = mkdtempSync(join(tmpdir(), "spec-"));
afterAll(() => rmSync(dir, { recursive: true }));

test.each([
  ["./absent", join(process.cwd(), "absent")],
  ["/absent/Pythia-70M", "/absent/Pythia-70M"],
  ["~/models/x", join(homedir(), "models/x")],
  ["trainer/embedded", join(process.cwd(), "trainer/embedded")],
])("%s is a folder", (spec, folder) => {
  expect(parseModelSpec(spec)).toEqual({ folder });
  expect(keptModelSpec(spec)).toBe(folder);
});

test.each(["gpt2", "EleutherAI/pythia-70m-deduped", "a/b@step1"])("%s is on a hub", (spec) => {
  expect(parseModelSpec(spec)).toHaveProperty("repo");
  expect(keptModelSpec(spec)).toBe(spec);
});

test("what is neither says what both would be", () => {
  expect(() => keptModelSpec("models/my/pythia")).toThrow(
    'there is no folder models/my/pythia here, and "models/my/pythia": not the name of a model (expected ORG/NAME or ORG/NAME@REVISION, e.g. EleutherAI/pythia-70m-deduped@step3000)',
  );
});

test.each([
  ["embedded", "stories-2m"],
  ["EleutherAI/pythia-70m-deduped", "pythia-70m-deduped"],
  ["EleutherAI/pythia-70m-deduped@step3000", "pythia-70m-deduped-step3000"],
  [`HuggingFaceTB/SmolLM2-135M@${"0123abcd".repeat(5)}`, "smollm2-135m-0123abc"],
  ["a/B@refs/pr/1", "b-refs-pr-1"],
])("%s is called %s", (spec, slug) => {
  expect(modelSlug(spec)).toBe(slug);
});

test("a folder's model is called as the folder is", () => {
  mkdirSync(join(dir, "My Pythia"));
  expect(modelSlug(join(dir, "My Pythia"))).toBe("my-pythia");
});
