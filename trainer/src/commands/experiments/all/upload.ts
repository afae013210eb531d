import { join } from "node:path";
import { hashFile } from "../../../bundle/hash.ts";
import { manifest } from "../../../bundle/index.ts";
import { readJson } from "../../../bundle/json-files.ts";
import { type Recipient, sendBundle } from "../../upload.ts";
import type { Context } from "../../verb.ts";
import { type ExperimentsRecord, type StepRecord, writeRecord } from "./record.ts";

/**
 * Sends bundles to a hub, each once it is as it stays: no later step adds to it. What was sent before is
 * not sent again; of two with the same name and weights, the first one has the experiments.
 */
export async function uploadReady(
  hub: Recipient,
  {
    dir,
    record,
    waiting,
  }: { dir: string; record: ExperimentsRecord; waiting: StepRecord["calls"] },
  context: Context,
): Promise<void> {
  const firsts = new Map<string, string>();
  for (const bundle of new Set(record.steps.flatMap(({ bundles }) => bundles))) {
    const { name, files } = await readJson(join(bundle, "manifest.json"), manifest);
    const same = `${name} ${files["sae_weights.safetensors"]?.sha256}`;
    const first = firsts.get(same) ?? bundle;
    firsts.set(same, first);
    if (first !== bundle || isWanted(bundle, waiting)) continue;
    const { sha256: manifest_sha256 } = await hashFile(join(bundle, "manifest.json"));
    const before = record.uploads[bundle];
    if (before?.manifest_sha256 === manifest_sha256 && before.address.startsWith(hub.url.origin))
      continue;
    const address = await sendBundle(bundle, hub, context);
    record.uploads[bundle] = { manifest_sha256, address };
    context.say(`uploaded: ${address}`);
    await writeRecord(dir, record);
  }
}

/** Whether a call works on the bundle's run, or on the sweep that holds it. */
function isWanted(bundle: string, calls: StepRecord["calls"]): boolean {
  return calls.some(({ words }) =>
    words.some((word) => bundle === join(word, "bundle") || bundle.startsWith(join(word, "/"))),
  );
}
