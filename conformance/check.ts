/**
 * Opens bundles with what others use: SAELens, plain safetensors, pyarrow, pandas, polars.
 * usage: npx tsx conformance/check.ts [BUNDLE…]     (none: two tiny ones; PYTHON names the interpreter)
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTinyBundle } from "../trainer/fixtures/tiny-bundle.ts";
import { verifyBundle } from "../trainer/src/bundle/files.ts";
import { createEncoder } from "../trainer/src/sae/encoder.ts";
import { loadSae } from "../trainer/src/sae/files.ts";
import { toDense } from "../trainer/src/sae/sparse-acts.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";

const VECTORS = 64;

const temporary = mkdtempSync(join(tmpdir(), "conformance-"));
try {
  const given = process.argv.slice(2);
  for (const bundle of given.length > 0 ? given : await tinyBundles()) {
    const manifest = await verifyBundle(bundle);
    console.log(`${manifest.name}: ${bundle}`);
    const vectors = join(temporary, "vectors.safetensors");
    await writeVectors(bundle, vectors);
    if (!runPython(bundle, vectors)) process.exitCode = 1;
  }
} finally {
  rmSync(temporary, { recursive: true });
}

async function tinyBundles(): Promise<string[]> {
  const architectures = ["standard", "topk"] as const;
  return Promise.all(
    architectures.map(async (architecture) => {
      const dir = join(temporary, architecture);
      await writeTinyBundle(dir, { architecture, name: `tiny-${architecture}` });
      return dir;
    }),
  );
}

/** Random x, about b_dec unless that is of another hook, with our acts and x̂ of them. */
async function writeVectors(bundle: string, path: string): Promise<void> {
  const sae = await loadSae(bundle);
  const { d_in, d_sae, transcoder } = sae.config;
  const random = new Random(0, "conformance");
  const data = Float32Array.from(
    { length: VECTORS * d_in },
    (_, at) => (transcoder ? 0 : sae.b_dec.data[at % d_in]) + 3 * random.normal(),
  );
  const x = { shape: [VECTORS, d_in], data };
  const encoder = await createEncoder(sae, { threads: 1, max_rows: VECTORS });
  const acts = encoder.encode(x);
  const x_hat = encoder.decode(acts, x);
  await encoder.dispose();
  writeSafetensors(path, { x, acts: toDense(acts, d_sae), x_hat });
}

function runPython(bundle: string, vectors: string): boolean {
  const python = process.env.PYTHON ?? "python3";
  const script = join(import.meta.dirname, "check_bundle.py");
  const { status, error } = spawnSync(python, [script, bundle, vectors], { stdio: "inherit" });
  if (!error) return status === 0;
  console.log(`  skipped everything: ${python} cannot be started (${error.message})`);
  return true;
}
