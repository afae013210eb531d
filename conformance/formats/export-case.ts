import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTinyBundle } from "../../trainer/fixtures/tiny-bundle.ts";
import { describeCfg, type Manifest, type SaelensCfg } from "../../trainer/src/bundle/index.ts";
import {
  type ExportFormat,
  exportFiles,
  exportFormats,
  judgeAll,
  toBundled,
  type Verdict,
} from "../../trainer/src/exporters/index.ts";
import { writeExport } from "../../trainer/src/exporters/write-export.ts";
import type { Sae } from "../../trainer/src/sae/sae.ts";
import { writeSafetensors } from "../../trainer/src/tensor/safetensors.ts";
import { type Case, writeCase } from "../cases.ts";

export type Exported = {
  name: string;
  format: ExportFormat;
  sae: Sae;
  cfg: SaelensCfg;
  verdict: Verdict;
};

const watched = { report: () => {}, signal: new AbortController().signal };

/** Writes the case, and beside its files a folder of it in every format that can hold it. */
export async function exportCase(dir: string, one: Case): Promise<Exported[]> {
  mkdirSync(dir);
  const sae = await writeCase(dir, one);
  const sparsity = join(dir, "sparsity.safetensors");
  const { d_sae } = sae.config;
  writeSafetensors(sparsity, { sparsity: { shape: [d_sae], data: new Float32Array(d_sae) } });
  const cfg: SaelensCfg = JSON.parse(readFileSync(join(dir, "cfg.json"), "utf8"));
  const dictionary = toBundled({
    manifest: { ...(await anyManifest()), name: one.name, sae: describeCfg(cfg) },
    revision: "0".repeat(64),
    cfg_json: readFileSync(join(dir, "cfg.json")),
    sparsity: readFileSync(sparsity),
    weights: join(dir, "sae_weights.safetensors"),
  });
  const exported: Exported[] = [];
  for (const format of exportFormats) {
    if (judgeAll(cfg).some((judged) => judged.format === format && judged.fit === "refused"))
      continue;
    const { verdict, files } = await exportFiles(dictionary, format);
    await writeExport(join(dir, format), files, watched);
    exported.push({ name: one.name, format, sae, cfg, verdict });
  }
  dictionary.weights.close();
  return exported;
}

/** What exports say of provenance is the same for all. */
async function anyManifest(): Promise<Manifest> {
  const dir = mkdtempSync(join(tmpdir(), "tiny-"));
  const manifest = await writeTinyBundle(dir);
  rmSync(dir, { recursive: true });
  return manifest;
}
