import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { randomTensor } from "../trainer/src/sae/random-sae.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { writeSafetensors } from "../trainer/src/tensor/safetensors.ts";
import { initialWeights } from "../trainer/src/train/initial.ts";
import { converse, median, ourScript } from "./conversation.ts";
import { type Shape, shapeOf, shapeWord } from "./train-shape.ts";

/*
 * Milliseconds per training step: our kernels against PyTorch, dictionary_learning and sparsify doing the same step
 * from the same weights on the same activations, in turns, each in a process of its own; and the encoder's matrix
 * product alone, by the fastest library there is. Run:
 *
 *   pip install torch numpy safetensors dictionary-learning eai-sparsify
 *   npx tsx bench/train.ts --python PYTHON                                  # one shape, one thread, all peers
 *   npx tsx bench/train.ts --d_sae 4096,8192,32768 --steps topk:32,topk:64,standard:60,standard:dense --threads 1,2
 *   npx tsx bench/train.ts --peers dense,smart --rounds 9
 *
 * Losses of the first step must agree. sparsify knows topk alone, as does the hand-written step.
 */

const { values } = parseArgs({
  options: {
    python: { type: "string", default: process.env.TORCH_PYTHON ?? "python3" },
    steps: { type: "string", default: "topk:64,standard:60" },
    d_in: { type: "string", default: "512" },
    d_sae: { type: "string", default: "8192" },
    batch: { type: "string", default: "2048" },
    threads: { type: "string", default: "1" },
    engines: { type: "string", default: "portable" },
    peers: {
      type: "string",
      default: "product,dense,compiled,dictionary_learning,sparsify,smart,smart_onednn",
    },
    clip_grad_norm: { type: "string", default: "0" },
    rounds: { type: "string", default: "5" },
  },
});
const list = (words: string) => words.split(",").filter(Boolean);
const numbers = (words: string) => list(words).map(Number);
const engines = list(values.engines);
const peers = list(values.peers);
const torchScript = new URL("./train_torch.py", import.meta.url).pathname;
const [node, trainRun] = ourScript("./train-run.ts");
const temporary = mkdtempSync(join(tmpdir(), "bench-train-"));

type Timed = { name: string; ms: number };
type Row = { shape: Shape; threads: number; l0: number; timed: Map<string, Timed> };

try {
  const found: Row[] = [];
  for (const rule of list(values.steps))
    for (const d_in of numbers(values.d_in))
      for (const d_sae of numbers(values.d_sae))
        for (const batch of numbers(values.batch)) {
          const shape = shapeOf(rule, d_in, d_sae, batch);
          const start = await writeStart(shape);
          for (const threads of numbers(values.threads))
            found.push(await compare(shape, start, threads));
        }
  console.log(`\n${cpus()[0].model}, Node ${process.versions.node}; medians of ${values.rounds}`);
  for (const name of new Set(found.flatMap(({ timed }) => [...timed.values()].map(nameOf))))
    console.log(`- ${name}`);
  console.log(`\n${times(found)}\n\n${ratios(found)}`);
} finally {
  rmSync(temporary, { recursive: true });
}

/** What every engine starts from. */
async function writeStart(shape: Shape): Promise<string> {
  const { batch, d_in, l0 } = shape;
  const x = randomTensor(new Random(0, "x"), 1, batch, d_in);
  const options = {
    seed: 0,
    b_dec_init: "zeros",
    initial_l0: l0,
    jumprelu_init_threshold: 0.1,
    threads: 1,
  } as const;
  const { W_dec, b_enc } = await initialWeights(shape, { x, y: null }, options);
  const path = join(temporary, "start.safetensors");
  writeSafetensors(path, { x, W_dec, b_enc });
  return path;
}

/** Medians over rounds in which each engine makes one step. */
async function compare(shape: Shape, start: string, threads: number): Promise<Row> {
  const running = [];
  const able = peers.filter((peer) => shape.architecture === "topk" || !topkOnly(peer));
  for (const engine of [...engines, ...able]) {
    const ours = engines.includes(engine);
    const [command, first] = ours ? [node, trainRun] : [values.python, [torchScript]];
    const words = [...first, engine, shapeWord(shape), start, `${threads}`, values.clip_grad_norm];
    const talk = converse(command, words, threads);
    running.push({ engine, name: await talk.line(), talk, lines: [] as number[][] });
  }
  for (
    let round = 0;
    round < Number(values.rounds) + 2;
    round++ // the first two touch the memory for the first time
  )
    for (const { talk, lines } of running) {
      talk.say("step");
      lines.push((await talk.line()).split(" ").map(Number));
    }
  for (const { talk } of running) talk.end();
  const timed = new Map(
    running.map(({ engine, name, lines }) => [
      engine,
      { name, ms: median(lines.slice(2).map(([ms]) => ms)) },
    ]),
  );
  const [, loss] = running[0].lines[0];
  for (const { engine, lines } of running) {
    const differs = Math.abs(lines[0][1] / loss - 1) > 1e-4;
    if (differs && !["sparsify", "product"].includes(engine))
      throw new Error(`${engine}: a loss of ${lines[0][1]}, where ${engines[0]} has ${loss}`);
  }
  return { shape, threads, l0: median(running[0].lines.map(([, , l0]) => l0)), timed };
}

function topkOnly(peer: string): boolean {
  return peer === "sparsify" || peer.startsWith("smart");
}

function nameOf({ name }: Timed): string {
  return name.replace(/; GFLOP.*/, "");
}

function rowName({ shape, threads, l0 }: Row): string {
  const { architecture, d_in, d_sae, batch } = shape;
  return `${architecture}, ${d_in} × ${d_sae}, batch ${batch}, l0 ${l0.toFixed(0)} | ${threads}`;
}

function table(columns: string[], lines: string[][]): string {
  const rule = `|${"---|".repeat(columns.length)}`;
  return [columns, ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .toSpliced(1, 0, rule)
    .join("\n");
}

/** Milliseconds. */
function times(found: Row[]): string {
  const columns = [...engines, ...peers];
  return table(
    ["ms a step", "threads", ...columns],
    found.map((row) => [
      rowName(row),
      ...columns.map((engine) => row.timed.get(engine)?.ms.toFixed(0) ?? ""),
    ]),
  );
}

/** Our engines' speed, and how many times as long each peer takes. */
function ratios(found: Row[]): string {
  const others = [
    ["PyTorch", "dense", "compiled"],
    ["dictionary_learning", "dictionary_learning"],
    ["sparsify", "sparsify"],
    ["by hand", "smart"],
    ["by hand, oneDNN", "smart_onednn"],
  ];
  return table(
    [
      "step",
      "threads",
      "engine",
      "tokens/s",
      "of the peak",
      "÷ product",
      ...others.map(([name]) => name),
    ],
    found.flatMap((row) =>
      engines.map((engine) => {
        const ms = row.timed.get(engine)?.ms ?? Number.NaN;
        const product = row.timed.get("product")?.ms ?? Number.NaN;
        return [
          rowName(row),
          engine,
          ((row.shape.batch / ms) * 1e3).toFixed(0),
          `${((product / ms) * 100).toFixed(0)} %`,
          (ms / product).toFixed(2),
          ...others.map(([, ...names]) => {
            const known = names.flatMap((name) => row.timed.get(name)?.ms ?? []);
            return known.length > 0 ? (Math.min(...known) / ms).toFixed(1) : "";
          }),
        ];
      }),
    ),
  );
}
