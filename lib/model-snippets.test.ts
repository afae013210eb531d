import { expect, test } from "vitest";
import { modelSnippetsOf } from "./model-snippets.ts";

const hook = "blocks.3.hook_resid_post";
const codes = (of: Partial<Parameters<typeof modelSnippetsOf>[0]>) =>
  Object.fromEntries(
    modelSnippetsOf({ slug: "m", source: null, commit: null, given: null, ...of }, hook).map(
      ({ key, code }) => [key, code],
    ),
  );

test("a model of a hub is loaded at the commit that was trained on, by all three", () => {
  const {
    trainer,
    transformers,
    "transformer-lens": lens,
  } = codes({ source: "org/m", commit: "abc" });
  expect(trainer).toBe("npm run trainer -- model org/m@abc");
  for (const code of [transformers, lens]) {
    expect(code).toContain('name = "org/m"\ncommit = "abc"\n');
    expect(code).toContain("revision=commit)");
  }
  expect(lens).toContain(`hook = "${hook}"`);
});

test("the bundled one comes from this project, and another folder's from where one has it", () => {
  expect(codes({ given: "embedded" })).toMatchObject({
    trainer: "npm run trainer -- model embedded",
    transformers: expect.stringContaining('name = "trainer/embedded/model"'),
  });
  const { transformers } = codes({ given: "/home/ann/models/m" });
  expect(transformers).toContain('name = "path/to/m"');
  expect(transformers).not.toContain("commit");
  expect(transformers).not.toContain("ann");
});

test("what a bundle says is never more than a name in code that people paste", () => {
  const evil = 'org/m"; import os; os.system("x")\n#';
  for (const of of [{ source: evil }, { source: "org/m", commit: evil }, { source: "../../m" }])
    for (const code of Object.values(codes(of))) {
      expect(code).not.toContain("os.system");
      expect(code).not.toContain("..");
    }
  const lens = modelSnippetsOf({ slug: "m", source: null, commit: null, given: null }, evil).at(-1);
  expect(lens?.code).toContain('hook = "blocks.0.hook_resid_post"');
});
