import { dirname, join } from "node:path";
import { Failure } from "./failure.mjs";
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
  await talk(address);
  await trainer(supervisor, ["upload", join(uploaded, "sae_weights.safetensors"), "--to", address]);
  return { E2E_BUNDLE: await train(supervisor, folder, "standard") };
}

/**
 * A discussion and a list of what is there.
 * @param {string} address
 */
async function talk(address) {
  const of = { model: "stories-2m", dictionary: "small-topk" };
  const feature = { ...of, index: 1 };
  const body = `What is ${address}/${of.model}/${of.dictionary}/1 about?\n\n- **first** guess\n- second`;
  await post(`${address}/api/v1/discussions`, { title: "What is this?", body });
  const description = "Features to *look at* again.";
  await post(`${address}/api/v1/lists`, { title: "To look at", description, feature });
}

/**
 * @param {string} url
 * @param {object} body
 */
async function post(url, body) {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok)
    throw new Failure(`${url} answers ${response.status}: ${await response.text()}`);
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
