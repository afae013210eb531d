import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./failure.mjs";
import { trainer } from "./trainer.mjs";

const architectures = ["topk", "standard"];
const HARVEST_TOKENS = 1_200_000; // more than half of the text: the first page comes half a minute sooner

/**
 * Trains and uploads the dictionaries that an empty hub begins with; goes on with what an earlier
 * start has left undone.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string} data
 * @param {string} address the hub's
 * @param {string} [token] with which it takes uploads
 */
export async function trainFirstDictionaries(supervisor, data, address, token) {
  const runs = join(data, "runs");
  const empty = (await listDictionaries(address)).length === 0;
  let pending = empty ? architectures : readPending(runs);
  for (const architecture of pending) {
    const run = join(runs, `res3-16x-${architecture}`);
    writePending(runs, pending);
    await trainer(supervisor, [
      ...["run", run, "--cache", join(runs, "embedded")],
      ...["--architecture", architecture, "--harvest_tokens", String(HARVEST_TOKENS)],
    ]);
    await trainer(supervisor, ["upload", join(run, "bundle"), "--to", address], token);
    pending = pending.filter((other) => other !== architecture);
    writePending(runs, pending);
    if (pending.length > 0) await printDictionary(address); // one may look while the next is trained
  }
}

/**
 * Prints where to look first: a dictionary, and a good feature of it.
 * @param {string} address
 */
export async function printDictionary(address) {
  const [first] = await listDictionaries(address);
  if (!first) return;
  const path = `${first.model}/${first.slug}`;
  const { suggested_feature } = await getJson(`${address}/api/v1/dictionaries/${path}`);
  console.log(`  a dictionary: ${address}/${path}`);
  if (suggested_feature !== null)
    console.log(`  a feature:    ${address}/${path}/${suggested_feature}`);
}

/**
 * @param {string} address
 * @returns {Promise<{ model: string, slug: string }[]>}
 */
async function listDictionaries(address) {
  return (await getJson(`${address}/api/v1/dictionaries`)).dictionaries;
}

/**
 * @param {string} url
 * @returns {Promise<any>}
 */
async function getJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Failure(`${url} answers ${response.status}.`);
  return response.json();
}

/**
 * @param {string} runs
 * @returns {string[]} the architectures whose dictionaries are still to come
 */
function readPending(runs) {
  try {
    return JSON.parse(readFileSync(join(runs, "pending.json"), "utf8"));
  } catch {
    return [];
  }
}

/**
 * @param {string} runs
 * @param {string[]} pending
 */
function writePending(runs, pending) {
  const file = join(runs, "pending.json");
  mkdirSync(runs, { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(pending));
  renameSync(`${file}.tmp`, file);
}
