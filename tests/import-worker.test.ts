import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { answerJob, requestImport } from "../server/changes/jobs.ts";
import { closeDb } from "../server/db.ts";
import { runInspectJob } from "../server/jobs/inspect-job.ts";
import { getDictionary, listDictionaries } from "../server/queries/dictionaries.ts";
import { getJob } from "../server/queries/jobs.ts";
import { writeHalves } from "../trainer/fixtures/halves.ts";
import { type LocalHub, startHub } from "../trainer/fixtures/hf-server.ts";
import { localOwner } from "./hub.ts";

process.env.IMPORT_TOKENS = "2000";

const signal = new AbortController().signal;
const workers: ChildProcess[] = [];
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
});

let hub: LocalHub;
beforeAll(async () => {
  hub = await startHub();
  process.env.HF_ENDPOINT = hub.url;
});
afterAll(async () => {
  await hub.close();
  await closeDb();
});

function startWorker(): ChildProcess {
  const args = ["--conditions=react-server", "--import", "tsx", "server/jobs/worker.ts"];
  const worker = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  workers.push(worker);
  return worker;
}

const look = (job: string) => getJob(localOwner, job);
const soon = { timeout: 90_000, interval: 20 };

test("a repository's dictionary is asked about, and imported by the next worker when one is killed over it", {
  timeout: 180_000,
}, async () => {
  const dir = join(process.env.DATA_DIR as string, "halves");
  writeHalves(dir);
  const names = ["cfg.json", "sae_weights.safetensors"];
  const files = names.map((name) => [`layer3/${name}`, readFileSync(join(dir, name))]);
  const commit = hub.add("org/saes", Object.fromEntries(files));
  const asked = { repository: "org/saes", revision: "main", path: "layer3" } as const;
  const { job } = await requestImport(localOwner, { ...asked, visibility: "unlisted" });
  await runInspectJob(job, signal);
  const [found] = (await look(job))?.question?.found ?? [];
  expect(found).toMatchObject({ format: "saelens", d_in: 128, d_sae: 256 });

  const answer = { where: found?.where ?? "", name: "halves", accept: false };
  const reading = { model: "stories-2m", subtract_b_dec: true };
  await answerJob(localOwner, job, { ...answer, reading });
  const killed = startWorker();
  await expect.poll(async () => (await look(job))?.step, soon).toBe("evaluate");
  killed.kill("SIGKILL");
  await once(killed, "exit");
  expect(await look(job)).toMatchObject({ state: "running", work: "import" });
  startWorker();
  await expect.poll(async () => (await look(job))?.state, soon).toBe("done");

  expect((await look(job))?.result).toBe("/stories-2m/halves");
  const dictionary = await getDictionary(null, "stories-2m", "halves");
  expect(dictionary).toMatchObject({ imported: "checked", architecture: "standard" });
  expect(dictionary?.metrics.fvu).toBeLessThan(1e-4);
  const { import: imported } = dictionary?.manifest.provenance ?? {};
  expect(imported).toMatchObject({
    ...{ reading: { subtract_b_dec: true }, accepted: false },
    check: { verdict: "fits" },
  });
  expect(imported).toMatchObject({ source: "org/saes", commit });
  expect(imported?.files.map(({ path }) => path).sort()).toEqual(files.map(([path]) => path));
  expect(await listDictionaries(null)).toEqual([]); // unlisted, as was asked
  expect(await readdir(join(process.env.DATA_DIR as string, "imports"))).toEqual([]);
});
