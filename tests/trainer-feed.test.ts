import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ended, killedAt, type Line, startTrainer } from "./trainer.ts";

const dir = mkdtempSync(join(tmpdir(), "feed-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A small dictionary on enough of the bundled text for nine shards, of which training needs one to begin. */
const settings = {
  tokenize: { max_tokens: 300_000 },
  harvest: {},
  train: {
    d_sae: 128,
    k: 4,
    train_tokens: 180_000,
    train_batch_tokens: 1_024,
    buffer_tokens: 8_192,
    checkpoint_every_steps: 10,
  },
  evaluate: { eval_tokens: 2_000, datapoints: 20 },
  dashboard: { dashboard_tokens: 2_000 },
};
type Stage = keyof typeof settings;
const flagsOf = (...stages: Stage[]) =>
  stages.flatMap((stage) =>
    Object.entries(settings[stage]).flatMap(([name, value]) => [`--${name}`, String(value)]),
  );
const call = (name: string, ...more: string[]) => [
  ...["run", name, ...flagsOf(...(Object.keys(settings) as Stage[])), ...more, "--json"],
];
const run = (name: string, ...more: string[]) => startTrainer(dir, call(name, ...more));

const hook = "blocks.3.hook_resid_post";
const activations = (name: string) => join(dir, name, "activations", hook);
const isHarvested = (name: string) => existsSync(join(activations(name), "activations.json"));
const shardsOf = (name: string) =>
  readdirSync(activations(name)).filter((file) => /^shard-\d+\.bf16$/.test(file)).length;
const checkpointsOf = (name: string) => readdirSync(join(dir, name, "checkpoints"));

const isTraining = ({ stage }: Line) => stage === "train topk";

/** R: it runs, S: it waits, T: it was stopped (proc(5)) */
function stateOf(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2)[0];
}

function expectAsApart(name: string) {
  for (const file of ["bundle/sae_weights.safetensors", "bundle/training.jsonl"]) {
    const [found, expected] = [name, "apart"].map((run) => readFileSync(join(dir, run, file)));
    expect(expected?.equals(found as Buffer)).toBe(true);
  }
}

beforeAll(async () => {
  for (const verb of ["tokenize", "harvest", "train"] as const) {
    const { status, stderr } = await ended(
      startTrainer(dir, [verb, "apart", ...flagsOf(verb), "--json"]),
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
  }
});

test("training begins while the harvest goes on; killed then and taken up again, it ends with the bytes of one after the other", async () => {
  const { values } = await killedAt(dir, call("killed"), isTraining);
  expect(values?.harvested).toBeLessThan(1);
  expect(isHarvested("killed")).toBe(false);

  expect((await ended(run("killed"))).status).toBe(0);
  expect(isHarvested("killed")).toBe(true);
  expectAsApart("killed");
});

test("with a limit to the cache it ends with the same bytes", async () => {
  // nine shards of 32768 rows of 128 numbers of 2 bytes would be 75 MB
  const { status } = await ended(run("limited", "--cache_limit_gb", "0.03"));
  expect(status).toBe(0);
  expect(shardsOf("limited")).toBe(3);
  expectAsApart("limited");
});

test.runIf(existsSync("/dev/full") && existsSync("/proc/self/stat"))(
  "a disk that fills up stops it at a checkpoint, in one sentence; then it goes on",
  async () => {
    const moment = { when: isTraining, act: "SIGSTOP" } as const;
    const stopped = startTrainer(dir, call("full"), { moment });
    const end = ended(stopped);
    for await (const line of createInterface({ input: stopped.stdout }))
      if (isTraining(JSON.parse(line))) break;
    // the line comes before the signal: one that goes on too early would never stop standing still
    await expect.poll(() => stateOf(stopped.pid as number)).toBe("T");
    symlinkSync(
      "/dev/full",
      join(activations("full"), `shard-0000${shardsOf("full") + 2}.bf16.tmp`),
    );
    stopped.kill("SIGCONT");
    const { status, stderr } = await end;
    expect(status).toBe(2);
    expect(stderr).toContain("no space for the activations: the disk filled up");
    expect(checkpointsOf("full")).not.toEqual([]);
    expect(isHarvested("full")).toBe(false);

    expect((await ended(run("full"))).status).toBe(0);
    expectAsApart("full");
  },
);
