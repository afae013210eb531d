/**
 * Measures a dictionary here and with SAELens, dictionary_learning and sparsify, on the same tokens: what means the same
 * must be the same number, and what does not is said with both.
 * usage: npx tsx conformance/metrics.ts [BUNDLE]     (of the bundled model; none: a small one. PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTable } from "../trainer/src/bundle/files.ts";
import { type TokenPolicy, tables } from "../trainer/src/bundle/index.ts";
import { readJson } from "../trainer/src/bundle/json-files.ts";
import { manifest } from "../trainer/src/bundle/manifest.ts";
import { measureTogether } from "../trainer/src/evaluate/measure.ts";
import { loadModel } from "../trainer/src/model/model.ts";
import { createEncoder } from "../trainer/src/sae/encoder.ts";
import { loadSae } from "../trainer/src/sae/files.ts";
import { rowNorms } from "../trainer/src/tensor/row-norms.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";
import { embeddedModel } from "../trainer/src/text/config.ts";
import { hindrance, python } from "./python.ts";
import { trainSmall } from "./small.ts";

const CONTEXTS = 64;

const why = hindrance(["torch", "safetensors", "transformers"]);
if (why) {
  console.log(`skipped: metrics (${why})`);
  process.exit();
}
const folder = mkdtempSync(join(tmpdir(), "metrics-"));
try {
  const bundle = process.argv[2] ?? trainSmall(folder, "small-topk", { architecture: "topk" });
  const { provenance } = await readJson(join(bundle, "manifest.json"), manifest);
  const { token_policy } = provenance;
  const contexts = await firstContexts(bundle);
  const policies: Record<string, TokenPolicy> = {
    all: { exclude_first_position: false, exclude_token_ids: [] },
    special: { ...token_policy, exclude_first_position: false },
    own: token_policy,
  };
  const ours: Record<string, Record<string, number>> = {};
  for (const [name, policy] of Object.entries(policies))
    ours[name] = await measure(bundle, contexts, policy);
  writeFileSync(join(folder, "ours.json"), JSON.stringify({ ours, token_policy }));
  writeSafetensors(join(folder, "tokens.safetensors"), {
    tokens: {
      shape: [contexts.length, contexts[0].length],
      data: Int32Array.from(contexts.flat()),
    },
  });
  const args = [join(import.meta.dirname, "check_metrics.py"), bundle, folder, embeddedModel];
  process.exitCode = spawnSync(python, args, { stdio: "inherit" }).status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}

/** The first of those that were held out. */
async function firstContexts(bundle: string): Promise<number[][]> {
  for await (const rows of readTable(join(bundle, "contexts.parquet"), tables.contexts))
    return rows.slice(0, CONTEXTS).map(({ tokens }) => tokens);
  throw new Error(`${bundle}: there are no contexts`);
}

async function measure(
  bundle: string,
  contexts: number[][],
  policy: TokenPolicy,
): Promise<Record<string, number>> {
  const { sae: described } = await readJson(join(bundle, "manifest.json"), manifest);
  const sae = await loadSae(bundle);
  const encoder = await createEncoder(sae, { threads: 2, max_rows: 2048 });
  const model = await loadModel(embeddedModel, { threads: 2 });
  const tokens = {
    context_size: contexts[0].length,
    contexts: (from: number, to: number) => Int32Array.from(contexts.slice(from, to).flat()),
  };
  const { hook_name, hook_name_out } = described;
  const none = { datapoints: 0, worst_fraction: 0, best_datapoints: 0, shown_contexts: 0 };
  const [{ fvu, reconstruction, sparsity, losses }] = await measureTogether(
    { model, hook_name, hook_name_out, tokens, n_contexts: contexts.length, policy },
    [{ encoder, decoder_norms: rowNorms(sae.W_dec), datapoints: none, seed: 0 }],
  );
  await encoder.dispose();
  await model.dispose();
  const { mse, norm_x, norm_x_hat, l2_ratio, cosine } = reconstruction;
  const { l0, l1, dead_fraction } = sparsity;
  const { ce_clean, ce_sae, ce_zero, ce_loss_recovered, kl_sae } = losses;
  return {
    ...{ l0, l1, dead_fraction, fvu: fvu.value, mse, norm_x, norm_x_hat, l2_ratio, cosine },
    ...{ ce_clean, ce_sae, ce_zero, ce_loss_recovered, kl_sae },
  };
}
