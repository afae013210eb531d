import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../bundle/index.ts";
import type { Verb } from "./verb.ts";

export const importModel: Verb = {
  words: "FILE OUT_DIR [TOKENIZER]",
  summary:
    "Makes a model's folder (config.json, model.safetensors, tokenizer.json) of a llama2.c checkpoint. Its tokenizer.bin is TOKENIZER, or follows the weights in FILE. (trainer import is for sparse autoencoders.)",
  flags: {},
  async run([file, dir, tokenizer]) {
    const { readCheckpoint } = await import("../model/llama2c/checkpoint.ts");
    const { llama2cTokenizer } = await import("../text/llama2c-tokenizer.ts");
    const { writeSafetensors } = await import("../tensor/safetensors.ts");
    const { sizes, config, weights, rest } = readCheckpoint(file);
    const bytes = tokenizer === undefined ? rest : await readTokenizer(tokenizer);
    if (bytes.length === 0)
      throw new UsageError(
        `${file}: no tokenizer follows its weights; name its tokenizer.bin: trainer import-model ${file} ${dir} tokenizer.bin`,
      );
    const json = llama2cTokenizer(bytes, sizes.d_vocab, tokenizer ?? file);
    await writeFolder(dir, async (folder) => {
      await writeFile(join(folder, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
      await writeFile(join(folder, "tokenizer.json"), JSON.stringify(json));
      writeSafetensors(join(folder, "model.safetensors"), weights, { format: "pt" });
    });
    const { n_layers, d_model, d_vocab } = sizes;
    return {
      text: `${dir}: a Llama of ${n_layers} layers, width ${d_model}, ${d_vocab} tokens; trainer run RUN_DIR --model ${resolve(dir)}`,
      data: { dir, ...sizes },
    };
  },
};

async function readTokenizer(path: string): Promise<Uint8Array> {
  return readFile(path).catch((cause) => {
    throw new UsageError(`${path}: cannot be read (expected a llama2.c tokenizer.bin)`, { cause });
  });
}

/** A folder is whole or absent: filled beside its place, then renamed. */
async function writeFolder(dir: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const path = resolve(dir);
  const held = await readdir(path).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw new UsageError(`${dir}: cannot be used as a folder (${error.code})`, { cause: error });
  });
  if (held.length > 0)
    throw new UsageError(`${dir}: holds ${held[0]}; choose a new or empty folder`);
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.tmp`;
  await mkdir(partial);
  try {
    await fill(partial);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { recursive: true });
    throw error;
  }
}
