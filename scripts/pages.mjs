import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure.mjs";

/**
 * What there is to show on a hub.
 * @typedef {object} Shown
 * @property {string} model
 * @property {string} dictionary
 * @property {number} feature
 * @property {{ context: number, position: number }} datapoint its worst
 * @property {string} run
 * @property {string} thread the address of a discussion
 * @property {string} list and of a list
 * @property {string} asking the address of an upload that asks how it is read
 */

/** @type {(shown: Shown) => string} */
const home = ({ model, dictionary }) => `/${model}/${dictionary}`;
/** @type {(shown: Shown) => string} */
const feature = (shown) => `${home(shown)}/${shown.feature}`;

/**
 * Every page that is looked at as a whole: the browser tests measure each, `npm run screenshots` takes it.
 * @type {{ name: string, path: (shown: Shown) => string }[]}
 */
export const pages = [
  { name: "home", path: () => "/" },
  { name: "model", path: ({ model }) => `/${model}` },
  { name: "dictionary", path: home },
  { name: "features", path: (shown) => `${home(shown)}/features` },
  { name: "feature", path: feature },
  { name: "feature-context", path: (shown) => `${feature(shown)}?window=context` },
  { name: "datapoints", path: (shown) => `${home(shown)}/datapoints` },
  {
    name: "datapoint",
    path: (shown) => `${home(shown)}/datapoints/${Object.values(shown.datapoint).join("/")}`,
  },
  { name: "experiments", path: (shown) => `${home(shown)}/experiments` },
  { name: "search", path: () => "/search" },
  { name: "search-token", path: () => "/search?q=once" },
  { name: "compare", path: ({ model, dictionary }) => `/compare?a=${model}/${dictionary}` },
  {
    name: "try",
    path: ({ model, dictionary }) =>
      `/try?model=${model}&d=${dictionary}&text=Once+upon+a+time+there+was+a+dog.`,
  },
  { name: "lists", path: () => "/lists" },
  { name: "list", path: ({ list }) => list },
  { name: "discussions", path: () => "/discussions" },
  { name: "thread", path: ({ thread }) => thread },
  { name: "embed", path: (shown) => `/embed${feature(shown)}` },
  { name: "upload", path: () => "/upload" },
  { name: "formats", path: () => "/formats" },
  { name: "asking", path: ({ asking }) => asking },
  { name: "runs", path: () => "/runs" },
  { name: "run", path: ({ run }) => `/runs/${run}` },
  { name: "toys", path: () => "/toys" },
  { name: "metrics", path: () => "/metrics" },
  { name: "status", path: () => "/status" },
];

/**
 * @param {string} address the hub's
 * @param {{ model: string, dictionary: string }} [wanted] default: the first
 * @returns {Promise<Shown>}
 */
export async function whatToShow(address, wanted) {
  const api = `${address}/api/v1`;
  const { dictionaries } = await getJson(`${api}/dictionaries`);
  const [first] = dictionaries;
  if (!first) throw new Failure(`${address} has no dictionary to show; upload one.`);
  const { model, dictionary } = wanted ?? { model: first.model, dictionary: first.slug };
  const about = `${api}/dictionaries/${model}/${dictionary}`;
  const { suggested_feature } = await getJson(about);
  const { rows } = await getJson(`${about}/datapoints?per_page=1`);
  const { context, position } = rows[0];
  const { discussions } = await getJson(`${api}/discussions`);
  const { lists } = await getJson(`${api}/lists`);
  const { jobs } = await getJson(`${api}/jobs`);
  const asking = jobs.find((/** @type {{ state: string }} */ { state }) => state === "asking");
  return {
    ...{ asking: asking ? `/jobs/${asking.id}` : "/upload" },
    ...{ model, dictionary, feature: suggested_feature ?? 0 },
    ...{ datapoint: { context, position }, run: await firstRun(api) },
    ...{ thread: discussions[0]?.address ?? "/discussions", list: lists[0]?.address ?? "/lists" },
  };
}

/**
 * A hub that has just been started still looks for the runs of its folder.
 * @param {string} api
 * @returns {Promise<string>}
 */
async function firstRun(api) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(200)) {
    const { runs } = await getJson(`${api}/runs`);
    if (runs.length > 0) return runs[0].id;
  }
  return "none";
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
