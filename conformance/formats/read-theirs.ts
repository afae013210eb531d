import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BundleError, type Reading } from "../../trainer/src/bundle/index.ts";
import { readSafetensors } from "../../trainer/src/tensor/safetensors.ts";
import { outputs } from "../cases.ts";
import { near, readOnly } from "./read.ts";
import type { Row } from "./rows.ts";

/** case.json: what the files do not say; what is none of ours must be refused with this word. */
type TheirCase = { format: string; given: Partial<Reading>; refused: string | null };

/** Reads what another system wrote and compares activations and outputs with those that it has itself. */
export async function readTheirs(folder: string, name: string): Promise<Row> {
  const said = JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as TheirCase;
  const row = { case: name.replace(/^\w+: /, ""), format: said.format };
  try {
    const says = said.refused
      ? await refusal(join(folder, "files"), said.refused)
      : await comparison(folder, said);
    return { ...row, result: "ok", says };
  } catch (error) {
    return { ...row, result: "failed", says: error instanceof Error ? error.message : `${error}` };
  }
}

async function comparison(folder: string, { format, given }: TheirCase): Promise<string> {
  const { foreign, sae } = await readOnly(join(folder, "files"), given);
  if (foreign.described.format !== format)
    throw new Error(`taken for ${foreign.described.format}, expected ${format}`);
  const vectors = readSafetensors(join(folder, "vectors.safetensors"));
  const { acts, y } = await outputs(sae, vectors.tensor("x"));
  const agreements = [
    near("activations", acts, vectors.tensor("acts")),
    near("outputs", y, vectors.tensor("y")),
  ];
  vectors.close();
  return agreements.join(", ");
}

async function refusal(folder: string, word: string): Promise<string> {
  const error = await readOnly(folder, {}).catch((error: unknown) => error);
  if (error instanceof BundleError && error.message.includes(word))
    return `refused: ${error.message}`;
  throw new Error(
    `not refused by the name ${word}: ${error instanceof Error ? error.message : ""}`,
  );
}
