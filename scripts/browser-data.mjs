import { dirname, join } from "node:path";
import { trainer } from "./trainer.mjs";

// real training, but little of it: seconds
const small = {
  d_sae: 512,
  harvest_tokens: 300_000,
  train_tokens: 300_000,
  eval_tokens: 25_600,
  datapoints: 500,
  dashboard_tokens: 60_000,
};

/**
 * What the browser tests work on: a dictionary in the hub, and a bundle to upload.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string} folder
 * @param {string} address the hub's
 * @returns {Promise<Record<string, string>>} the environment that tells of it; e2e/given.ts reads it
 */
export async function prepareBrowserData(supervisor, folder, address) {
  const uploaded = await train(supervisor, folder, "topk");
  await trainer(supervisor, ["umap", dirname(uploaded)]);
  await trainer(supervisor, ["upload", uploaded, "--to", address]);
  return { E2E_BUNDLE: await train(supervisor, folder, "standard") };
}

/**
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string} folder
 * @param {string} architecture
 * @returns {Promise<string>} where the bundle is
 */
async function train(supervisor, folder, architecture) {
  const run = join(folder, "runs", architecture);
  const config = { ...small, architecture, name: `small-${architecture}` };
  const flags = Object.entries(config).flatMap(([name, value]) => [`--${name}`, String(value)]);
  await trainer(supervisor, ["run", run, "--cache", join(folder, "runs", "cache"), ...flags]);
  return join(run, "bundle");
}
