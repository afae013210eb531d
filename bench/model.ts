import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { maxRelativeDifference } from "../trainer/src/tensor/compare.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { converse, median, ourScript } from "./conversation.ts";

/*
 * Tokens per second through a language model, to the middle layer (harvest) and to next-token losses (ce), and the
 * peak memory: our engines against transformers on PyTorch, in turns, each in a process of its own. Run:
 *
 *   npx tsx bench/model.ts --python PYTHON_WITH_TORCH_AND_TRANSFORMERS
 *   npx tsx bench/model.ts --devices cpu,native,native:bf16x3 --rounds 3
 *   npx tsx bench/model.ts --devices cuda,tfjs --torch_device cuda --threads 1 --batch_tokens 65536
 *
 * --models takes folders of config.json and model.safetensors; by default the bundled model and two of Pythia's
 * shapes with random weights. --batch_tokens are for a model of 6 layers and width 512; larger ones get fewer, to the
 * fourth of them, which slows nobody down and keeps the whole at about five minutes.
 */

const { values } = parseArgs({
  options: {
    python: { type: "string", default: process.env.TORCH_PYTHON ?? "python3" },
    models: { type: "string" },
    devices: { type: "string", default: "auto" },
    torch_device: { type: "string", default: "cpu" },
    threads: { type: "string", default: [...new Set([1, availableParallelism()])].join() },
    tasks: { type: "string", default: "harvest,ce" },
    context_size: { type: "string", default: "128" },
    batch_tokens: { type: "string", default: "2048" },
    rounds: { type: "string", default: "5" },
  },
});
const list = (words: string) => words.split(",");
const context_size = Number(values.context_size);
const embedded = new URL("../trainer/embedded/model", import.meta.url).pathname;
const torchScript = new URL("./model_torch.py", import.meta.url).pathname;
const [node, modelRun] = ourScript("./model-run.ts");
const temporary = mkdtempSync(join(tmpdir(), "bench-model-"));

type Task = { folder: string; task: string; threads: string; tokens: string; contexts: number };

try {
  console.log(`${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.versions.node}`);
  console.log(`batches of ${context_size} tokens a context; medians of ${values.rounds} rounds\n`);
  const columns = ["model", "task", "threads", "contexts", "engine", "tokens/s", "PyTorch"];
  const cells = [...columns, "ratio", "peak MB", "PyTorch", "difference"];
  console.log(`| ${cells.join(" | ")} |\n|${"---|".repeat(cells.length)}`);
  const peers = new Set<string>();
  for (const folder of values.models ? list(values.models) : [embedded, ...makeModels()])
    for (const task of list(values.tasks))
      for (const threads of list(values.threads))
        peers.add(await compare({ folder, task, threads, ...writeTokens(folder) }));
  console.log(`\n${[...peers].join("; ")}`);
} finally {
  rmSync(temporary, { recursive: true });
}

function makeModels(): string[] {
  return ["pythia-70m", "pythia-410m"].map((shape) => {
    const folder = join(temporary, shape);
    mkdirSync(folder);
    const { status } = spawnSync(values.python, [torchScript, "make", shape, folder], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (status !== 0)
      throw new Error(`${values.python} made no ${shape}: has it torch and transformers?`);
    return folder;
  });
}

/** Random ids, as many as take about as long in every model. */
function writeTokens(folder: string): { tokens: string; contexts: number } {
  const config = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  const timesLarger = (config.num_hidden_layers / 6) * (config.hidden_size / 512) ** 2;
  const wanted = Number(values.batch_tokens) / Math.min(4, Math.max(1, timesLarger));
  const contexts = Math.max(1, Math.round(wanted / context_size));
  const random = new Random(0, "tokens");
  const ids = Int32Array.from({ length: contexts * context_size }, () =>
    random.int(config.vocab_size),
  );
  const tokens = join(temporary, `${basename(folder)}.tokens`);
  writeFileSync(tokens, ids);
  return { tokens, contexts };
}

/** Prints a row for each of our engines; gives the other's name. */
async function compare(work: Task): Promise<string> {
  const { folder, task, threads, contexts } = work;
  const peer = await start(values.python, [torchScript, "run"], work, [values.torch_device]);
  const ours = [];
  for (const device of list(values.devices)) ours.push(await start(node, modelRun, work, [device]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const engine of [peer, ...ours]) await engine.round();
  const theirs = await peer.end();
  for (const engine of ours) {
    const { rate, peak, result } = await engine.end();
    const difference = maxRelativeDifference({ data: result }, { data: theirs.result });
    const cells = [basename(folder), task, threads, contexts, engine.name];
    const speeds = [rate.toFixed(0), theirs.rate.toFixed(0), (rate / theirs.rate).toFixed(2)];
    const memory = [peak.toFixed(0), theirs.peak.toFixed(0)];
    console.log(`| ${[...cells, ...speeds, ...memory, difference.toExponential(0)].join(" | ")} |`);
  }
  return peer.name;
}

/** A process that does the task whenever it is told to. */
async function start(command: string, first: string[], work: Task, last: string[]) {
  const { folder, task, threads, tokens, contexts } = work;
  const output = join(temporary, `result-${Math.random()}`);
  const words = [...first, folder, task, threads, tokens, `${contexts}`, output, ...last];
  const engine = converse(command, words, Number(threads));
  const times: number[] = [];
  return {
    name: await engine.line(),
    async round() {
      engine.say("once");
      times.push(Number(await engine.line()));
    },
    async end() {
      engine.end();
      const peak = Number(await engine.line());
      const bytes = readFileSync(output);
      const result = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      return { rate: (contexts * context_size * 1e3) / median(times), peak, result };
    },
  };
}
