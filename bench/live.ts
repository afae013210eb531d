import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { type LiveRequest, manifest, saelensCfg } from "trainer/bundle";
import { LiveProcess } from "../server/inference/live-process.ts";

/*
 * How long a reader waits for a text to be tried, and for a feature to be removed: in a process just begun, and in
 * one that has the model already.
 * Run: node --conditions=react-server --import tsx bench/live.ts BUNDLE
 */

const ROUNDS = 30;
const SENTENCE =
  "Once upon a time there was a little dog named Max. He liked to run and play in the park.";

const [bundle = "runs/res3-16x-topk/bundle"] = process.argv.slice(2);
const json = (name: string) => JSON.parse(readFileSync(join(bundle, name), "utf8"));
const { provenance, files } = manifest.parse(json("manifest.json"));
const { tokenizer_sha256, token_policy } = provenance;
const model = { ...provenance.model, tokenizer_sha256 };
const dictionary = {
  path: join(bundle, "sae_weights.safetensors"),
  sha256: files["sae_weights.safetensors"]?.sha256 ?? "",
  cfg: saelensCfg.parse(json("cfg.json")),
  token_policy,
};

const text = (of: string): LiveRequest => ({
  kind: "text",
  model,
  dictionaries: [dictionary],
  text: of,
  strongest: 8,
  follow: [],
  losses: true,
});
const contexts = Array.from({ length: 10 }, (_, c) =>
  Array.from({ length: 128 }, (_, at) => 1 + ((31 * at + c) % 1000)),
);
const asked: [string, LiveRequest][] = [
  ["a sentence", text(SENTENCE)],
  ["ten of them", text(`${SENTENCE} `.repeat(10))],
  [
    "a feature's ablation, 10 × 128 tokens",
    { kind: "ablation", model, dictionary, contexts, feature: 0 },
  ],
];

const rows: string[] = [];
for (const [what, request] of asked) {
  const live = begin();
  const cold = await milliseconds(() => live.ask(request));
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    warm.push(await milliseconds(() => live.ask(request)));
  live.stop();
  warm.sort((a, b) => a - b);
  const at = (q: number) => (warm[Math.floor(q * ROUNDS)] as number).toFixed(0);
  rows.push(`| ${what} | ${cold.toFixed(0)} | ${at(0.5)} | ${at(0.95)} |`);
}
console.log(`${cpus().length} cores of ${cpus()[0]?.model}, load ${loadavg()[0]?.toFixed(1)}, Node ${process.versions.node}

| milliseconds | first | then, median | 95 % |
|---|---|---|---|
${rows.join("\n")}`);

function begin(): LiveProcess {
  return new LiveProcess({
    program: "trainer/bin/inference.mjs",
    args: [JSON.stringify({ models_dir: "models", limit_bytes: 4 * 2 ** 30 })],
    seconds: 60,
    most_waiting: 1,
    idle_seconds: 60,
  });
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
