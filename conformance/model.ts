/**
 * Runs a model here and in Hugging Face transformers on the same tokens and compares every hook and the logits.
 * usage: npx tsx conformance/model.ts MODEL [--text FILE] [--device DEVICE]
 * MODEL is a folder, an id on the model hub, or embedded; PYTHON names the interpreter.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BundleError, HubError, UsageError } from "../trainer/src/bundle/errors.ts";
import { Display } from "../trainer/src/commands/display.ts";
import { describedModel } from "../trainer/src/model/described-model.ts";
import { deviceChoices } from "../trainer/src/model/devices/choices.ts";
import { hookNames } from "../trainer/src/model/hook-names.ts";
import { loadModel, type Model } from "../trainer/src/model/model.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";
import { readDocuments } from "../trainer/src/text/corpus/documents.ts";
import { localFile } from "../trainer/src/text/corpus/text-file.ts";
import { openModelSource } from "../trainer/src/text/model-source.ts";
import { parseModelSpec } from "../trainer/src/text/model-spec.ts";

const CONTEXTS = 2;
const CONTEXT_SIZE = 128;
const errors = [UsageError, BundleError, HubError];
const stories = join(import.meta.dirname, "../trainer/embedded/text/stories.txt.gz");

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    text: { type: "string", default: stories },
    device: { type: "string", default: "cpu" },
  },
});
const { stderr } = process;
const { report } = new Display({
  write: (text) => void stderr.write(text),
  isTerminal: stderr.isTTY,
  columns: stderr.columns,
});
const temporary = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const [spec] = positionals;
  if (spec === undefined) throw new UsageError("which model? (expected a folder or an id)");
  const device = deviceChoices.find((choice) => choice === values.device);
  if (!device)
    throw new UsageError(`--device ${values.device} (expected ${deviceChoices.join(", ")})`);
  const dir = await folderOf(spec);
  const model = await loadModel(dir, { threads: availableParallelism(), device, report });
  console.log(`${dir}: ${model.config.model_type}, ${model.engine}`);
  const ours = join(temporary, "ours.safetensors");
  await writeOurs(model, await tokensFor(dir, model), ours);
  await model.dispose();
  process.exitCode = runPython(dir, ours);
} catch (error) {
  if (!errors.some((known) => error instanceof known)) throw error;
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true });
}

/** A local folder needs no tokenizer here. */
async function folderOf(spec: string): Promise<string> {
  const parsed = spec === "embedded" ? null : parseModelSpec(spec);
  if (parsed && "folder" in parsed) return parsed.folder;
  const { signal } = new AbortController();
  return (await openModelSource(spec, { report, signal })).dir;
}

/** [CONTEXTS, size] of the text; random ones where there is no tokenizer. */
async function tokensFor(dir: string, { config }: Model): Promise<Int32Array> {
  const wanted = CONTEXTS * Math.min(CONTEXT_SIZE, config.n_ctx);
  if (!existsSync(join(dir, "tokenizer.json"))) {
    console.log("  no tokenizer.json: on random tokens");
    const random = new Random(0, "conformance");
    return Int32Array.from({ length: wanted }, () => random.int(config.d_vocab));
  }
  const { tokenizer } = await describedModel(dir, config.id);
  const ids: number[] = [];
  for await (const { text } of readDocuments([localFile(values.text)], null)) {
    ids.push(tokenizer.bos_id, ...tokenizer.encode(text));
    if (ids.length >= wanted) return Int32Array.from(ids.slice(0, wanted));
  }
  throw new UsageError(`${values.text}: ${ids.length} tokens (expected ${wanted})`);
}

/** Every hook, the logits, and the next-token loss of the stream put back before the first block. */
async function writeOurs(model: Model, tokens: Int32Array, path: string): Promise<void> {
  const context_size = tokens.length / CONTEXTS;
  const shape: [number, number] = [CONTEXTS, context_size];
  const found = await model.hooks(tokens, shape, [...hookNames(model.config), "logits"]);
  const first = "blocks.0.hook_resid_pre";
  const x = { shape: [tokens.length, model.config.d_model], data: found[first].data };
  const { ce } = await model.splice(tokens, CONTEXTS, first, x);
  writeSafetensors(path, {
    tokens: { shape, data: tokens },
    ce: { shape: [CONTEXTS, context_size - 1], data: ce },
    ...found,
  });
}

function runPython(dir: string, ours: string): number {
  const python = process.env.PYTHON ?? "python3";
  const script = join(import.meta.dirname, "check_model.py");
  const { status, error } = spawnSync(python, [script, dir, ours], { stdio: "inherit" });
  if (!error) return status ?? 1;
  console.log(`  skipped: ${python} cannot be started (${error.message})`);
  return 0;
}
