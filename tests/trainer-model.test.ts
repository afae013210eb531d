import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type LocalHub, spoil, startHub } from "../trainer/fixtures/hf-server.ts";
import { ended, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "model-"));
const embedded = join(import.meta.dirname, "../trainer/embedded/model");
const read = (name: string) => readFileSync(join(embedded, name));
const files = Object.fromEntries(
  ["config.json", "tokenizer.json", "model.safetensors"].map((name) => [name, read(name)]),
);
const tales = Array.from({ length: 200 }, (_, i) => ({
  text: `Lily had ${i} red balls. She saw a big dog and gave it one of them.`,
}));
writeFileSync(join(dir, "tales.jsonl"), tales.map((tale) => JSON.stringify(tale)).join("\n"));

let hub: LocalHub;
let commit: string;
beforeAll(async () => {
  hub = await startHub();
  commit = hub.add("org/Tiny", files);
});
beforeEach(() => {
  hub.asked.splice(0);
  hub.fault = () => false;
});
afterAll(async () => {
  await hub.close();
  rmSync(dir, { recursive: true });
});

const trainer = (args: string[], env: Record<string, string> = {}) =>
  ended(
    startTrainer(dir, args, { env: { HF_ENDPOINT: hub.url, HF_HOME: join(dir, "hf"), ...env } }),
  );

test("a model on a hub is fetched, checked and described, with the command to go on", async () => {
  const { stdout, stderr, status } = await trainer(["model", "org/Tiny"], { HF_TOKEN: "hf_x" });
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  for (const part of [
    `org/Tiny at commit ${commit}`,
    "gpt_neox, 6 layers, d_model 128",
    "2,238,464 in F16",
    "model.safetensors 4,485,912",
    "748b9205c7bc85ab60c3b17b1029576b1e88a1f05f5edb0867e300278dc85f52 (weights)",
    /blocks\.{0…5}\.mlp\.hook_post +512/,
    "To go on: npx trainer run runs/tiny --model org/Tiny --hook_name blocks.2.hook_resid_post",
  ])
    expect(stdout).toMatch(part);
  expect(new Set(hub.asked.map(({ host, authorization }) => `${host} ${authorization}`))).toEqual(
    new Set(["hub Bearer hf_x", "cdn undefined"]),
  );
});

test("what was fetched is described offline, for machines too", async () => {
  const { stdout, status } = await trainer(["model", "org/Tiny", "--json"], {
    HF_HUB_OFFLINE: "1",
  });
  expect(status).toBe(0);
  expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) as string)).toMatchObject({
    type: "result",
    source: "org/Tiny",
    commit,
    parameters: 2_238_464,
    hooks: expect.arrayContaining([{ name: "blocks.5.hook_resid_post", width: 128 }]),
  });
  expect(hub.asked).toEqual([]);
});

test("two processes that want the same model at once fetch it once", async () => {
  hub.fault = (_request, response, { host }) => {
    if (host === "cdn") spoil(response, (body) => body.subarray(0, 1 << 20)); // in five pieces
    return false;
  };
  const env = { HF_HOME: join(dir, "hf-shared") };
  const both = await Promise.all([1, 2].map(() => trainer(["model", "org/Tiny"], env)));
  expect(both.map(({ status }) => status)).toEqual([0, 0]);
  const ranges = hub.asked.filter(({ host }) => host === "cdn").map(({ range }) => range);
  expect(ranges).toHaveLength(5);
  expect(new Set(ranges).size).toBe(5);
});

test("one that is not there, or not a model, exits with what to do", async () => {
  const absent = await trainer(["model", "org/absent"]);
  expect(absent).toMatchObject({ status: 2, stdout: "" });
  expect(absent.stderr).toContain(
    `org/absent on ${hub.url}: there is no such model, or it is private`,
  );
  hub.add("org/mamba", { ...files, "config.json": '{"model_type": "mamba"}' });
  const unknown = await trainer(["model", "org/mamba"]);
  expect(unknown).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('"mamba" is not supported'),
  });
  expect(hub.asked.filter(({ host }) => host === "cdn")).toEqual([]);
});

test("a run goes on with the commit that it began with, and its bundle says which", async () => {
  const settings =
    "--context_size 16 --d_sae 64 --k 4 --train_tokens 2048 --train_batch_tokens 256";
  const shown = "--datapoints 5 --dashboard_tokens 500 --held_out_fraction 0.5";
  const flags = `${settings} ${shown} --model org/Tiny`.split(" ");
  const tokenized = await trainer(
    "tokenize run --context_size 16 --held_out_fraction 0.5 --text tales.jsonl --model org/Tiny".split(
      " ",
    ),
  );
  expect(tokenized).toMatchObject({ stderr: "", status: 0 });
  hub.add("org/Tiny", { ...files, "model.safetensors": "others" });
  hub.asked.splice(0);
  const { stderr, status } = await trainer(["run", "run", "--text", "tales.jsonl", ...flags]);
  expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  expect(hub.asked).toEqual([]);
  const manifest = JSON.parse(readFileSync(join(dir, "run/bundle/manifest.json"), "utf8"));
  expect(manifest.model_id).toBe("tiny");
  expect(manifest.provenance.model).toMatchObject({ source: "org/Tiny", commit });
  expect(manifest.provenance.config.model).toBe("org/Tiny");
});
