import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../bundle/index.ts";
import { runConfig } from "./config.ts";
import { withConfigFile } from "./config-file.ts";
import { checkConfig } from "./flags.ts";

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "config-file-")), "recipe.json");
  writeFileSync(path, text);
  return path;
}

test("a flag goes before the file's value, and the file's before the default", () => {
  const config = file('{"k": 40, "d_sae": 4096}');
  const given = withConfigFile(runConfig, { config, k: 8 });
  expect(given).toEqual({ k: 8, d_sae: 4096 });
  expect(checkConfig(runConfig, given)).toMatchObject({ k: 8, d_sae: 4096, lr: 3e-3 });
});

test("without a file there is what was given", () => {
  expect(withConfigFile(runConfig, { k: 8 })).toEqual({ k: 8 });
});

test.each([
  ['{"d_sea": 4096}', /unknown setting d_sea; did you mean d_sae\?/],
  ['{"config": "other.json"}', /unknown setting config/],
  ["[1]", /expected an object of settings/],
  ["k: 40", /cannot be read as JSON: /],
])("%s is refused", (text, message) => {
  const config = file(text);
  const read = () => withConfigFile(runConfig, { config });
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
  expect(read).toThrow(config);
});

test("a value of the wrong kind is refused by its name", () => {
  const given = withConfigFile(runConfig, { config: file('{"k": "many"}') });
  expect(() => checkConfig(runConfig, given)).toThrow("--k many: expected an integer > 0");
});
