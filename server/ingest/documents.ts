import "server-only";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { BundleError, type TrainingLine, tokenStrings, trainingLine } from "trainer/bundle";

/** The JSON files of a verified bundle, as they are kept beside its revision. */
export type Documents = { cfg: string; manifest: string; evaluation: string; training: string };

export async function readDocuments(dir: string): Promise<Documents> {
  return {
    cfg: await readText(dir, "cfg.json"),
    manifest: await readText(dir, "manifest.json"),
    evaluation: await readText(dir, "evaluation.json"),
    training: JSON.stringify(await readTraining(dir)),
  };
}

export async function readTokens(dir: string): Promise<string[]> {
  return tokenStrings(JSON.parse(await readFile(join(dir, "tokenizer.json"), "utf8")));
}

async function readText(dir: string, name: string): Promise<string> {
  const text = await readFile(join(dir, name), "utf8");
  if (holdsUnstorableText(JSON.stringify(JSON.parse(text))))
    throw new BundleError(`${name}: holds a NUL character or half of a surrogate pair`);
  return text;
}

/** Postgres' jsonb takes every JSON text but these; JSON.stringify writes both as \uXXXX. */
function holdsUnstorableText(json: string): boolean {
  return /(?<!\\)(\\\\)*\\u(0000|d[89a-f])/.test(json);
}

const MOST_LINES = 2000;

/** What the charts draw: all lines, or every second, fourth, … of a log longer than MOST_LINES. */
async function readTraining(dir: string): Promise<TrainingLine[]> {
  let lines: TrainingLine[] = [];
  let every = 1;
  let number = 0;
  const input = createReadStream(join(dir, "training.jsonl"));
  try {
    for await (const text of createInterface({ input })) {
      if (number++ % every === 0) lines.push(trainingLine.parse(JSON.parse(text)));
      if (lines.length > MOST_LINES) {
        lines = lines.filter((_, i) => i % 2 === 0);
        every *= 2;
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return lines;
}
