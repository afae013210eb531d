import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Reading } from "../../trainer/src/bundle/index.ts";
import { randomTensor } from "../../trainer/src/sae/random-sae.ts";
import type { Sae } from "../../trainer/src/sae/sae.ts";
import { weight, weightNames } from "../../trainer/src/sae/weights.ts";
import { maxRelativeDifference } from "../../trainer/src/tensor/compare.ts";
import { Random } from "../../trainer/src/tensor/random.ts";
import { rows, type Tensor } from "../../trainer/src/tensor/tensor.ts";
import { outputs } from "../cases.ts";
import type { Exported } from "./export-case.ts";
import { readOnly, TOLERANCE } from "./read.ts";
import type { Row } from "./rows.ts";

const ROWS = 1024;

/** What came out of a system that our export was loaded into: the sha256 of each tensor is ours, unless it was folded. */
export async function readAgain(root: string, exported: Exported): Promise<Row | null> {
  const { name, format, sae, verdict } = exported;
  const folder = join(root, name, format);
  if (!existsSync(folder)) return null;
  const row = { case: name, format };
  try {
    const { sae: again } = await readOnly(folder, given(exported));
    const changed = changedBetween(sae, again);
    const [rule, ruleAgain] = [sae, again].map(ruleOf);
    if (rule !== ruleAgain && !isReluAsThreshold(again))
      throw new Error(`read as ${ruleAgain}, expected ${rule}`);
    if (changed.length === 0)
      return { ...row, result: "ok", says: `${verdict.form}: every tensor bit for bit` };
    const says = `${verdict.form}: but ${changed.join(", ")}`;
    if (verdict.fit !== "folded") return { ...row, result: "failed", says };
    return { ...row, result: "ok", says: `${says}; ${await sameFunction(sae, again)}` };
  } catch (error) {
    return { ...row, result: "failed", says: error instanceof Error ? error.message : `${error}` };
  }
}

/** What the formats have no place for. */
function given({ cfg }: Exported): Partial<Reading> {
  const { hook_name, hook_name_out = null } = cfg.metadata;
  return { hook_name, hook_name_out, model: "tiny" };
}

/** A bias in other last bits may let another feature be the k-th largest, or pass its threshold: on few of the rows. */
async function sameFunction(sae: Sae, again: Sae): Promise<string> {
  const x = randomTensor(new Random(1, "there and back"), 1, ROWS, sae.config.d_in);
  const [ours, theirs] = await Promise.all([outputs(sae, x), outputs(again, x)]);
  const agreeing = Array.from({ length: ROWS }, (_, i) => i).filter((i) => {
    const [found, expected] = [theirs.y, ours.y].map((y) => rows(y, i, i + 1));
    return maxRelativeDifference(found, expected) <= TOLERANCE;
  });
  const says = `outputs of ${agreeing.length} of ${ROWS} vectors within ${TOLERANCE}`;
  if (agreeing.length < 0.99 * ROWS) throw new Error(`${says}, expected at least 99 in 100`);
  return says;
}

function changedBetween(sae: Sae, again: Sae): string[] {
  return weightNames(sae.config).filter(
    (name) => !again[name] || sha256(weight(again, name)) !== sha256(weight(sae, name)),
  );
}

/** All but whether b_dec is subtracted, which folding may change. */
function ruleOf({ config }: Sae): string {
  const { architecture, k, input_norm = "no norm", transcoder } = config;
  return [architecture, k, input_norm, transcoder?.skip ? "skip" : "no skip"].join(", ");
}

/** What Gemma Scope has for ReLU. */
function isReluAsThreshold({ config, threshold }: Sae): boolean {
  const isZero = threshold?.data.every((value) => value === 0) ?? false;
  return config.architecture === "jumprelu" && !config.input_norm && isZero;
}

function sha256({ shape, data }: Tensor): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash("sha256").update(shape.join()).update(bytes).digest("hex");
}
