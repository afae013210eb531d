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
import { parts, type Row, ratios, type Timed, times } from "./train-table.ts";

/*
 * Milliseconds per training step: our kernels against PyTorch, dictionary_learning and sparsify doing the same step
 * from the same weights on the same activations, in turns, each in a process of its own; and the encoder's matrix
 * product alone, by the fastest library there is. Run:
 *
 *   pip install torch numpy safetensors dictionary-learning eai-sparsify
 *   npx tsx bench/train.ts --python PYTHON                                  # one shape, one thread, all peers
 *   npx tsx bench/train.ts --d_sae 4096,8192,32768 --steps topk:32,topk:64,standard:60,standard:dense --threads 1,2
 *   npx tsx bench/train.ts --peers dense,smart --rounds 9
 *   npx tsx bench/train.ts --peers product --parts                          # where our time goes
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
    engines: { type: "string", default: "native,portable" },
    parts: { type: "boolean", default: false },
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
  const names = found.flatMap(({ timed }) => [...timed.values()].map(({ name }) => name));
  for (const name of new Set(names.map((name) => name.replace(/; GFLOP.*/, ""))))
    console.log(`- ${name}`);
  console.log(`\n${times(found, [...engines, ...peers])}\n\n${ratios(found, engines)}`);
  if (values.parts) console.log(`\n${parts(found, engines)}`);
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

/** Medians over rounds in which each engine makes one step; the first two touch the memory for the first time. */
async function compare(shape: Shape, start: string, threads: number): Promise<Row> {
  const running = [];
  const able = peers.filter((peer) => shape.architecture === "topk" || !topkOnly(peer));
  for (const engine of [...engines, ...able]) {
    const [command, first] = isOurs(engine) ? [node, trainRun] : [values.python, [torchScript]];
    const words = [...first, engine, shapeWord(shape), start, `${threads}`, values.clip_grad_norm];
    const talk = converse(command, words, threads);
    running.push({ engine, name: await talk.line(), talk, lines: [] as number[][] });
  }
  for (let round = 0; round < Number(values.rounds) + 2; round++)
    for (const { talk, lines } of running) {
      talk.say("step");
      lines.push((await talk.line()).split(" ").map(Number));
    }
  const timed = new Map<string, Timed>();
  for (const { engine, name, talk, lines } of running) {
    talk.end();
    const phases = isOurs(engine) ? JSON.parse(await talk.line()).slice(2) : [];
    timed.set(engine, { name, ms: median(lines.slice(2).map(([ms]) => ms)), phases });
  }
  const [first] = running;
  for (const { engine, lines } of running) refuseOtherLoss(engine, lines[0][1], first.lines[0][1]);
  return { shape, threads, l0: median(first.lines.map(([, , l0]) => l0)), timed };
}

function isOurs(engine: string): boolean {
  return engines.includes(engine);
}

function topkOnly(peer: string): boolean {
  return peer === "sparsify" || peer.startsWith("smart");
}

/** At the first step; sparsify's is a fraction, a product has none, and one of dictionary_learning's is not told. */
function refuseOtherLoss(engine: string, loss: number, expected: number): void {
  const saysNone = ["sparsify", "product"].includes(engine) || Number.isNaN(loss);
  if (saysNone || Math.abs(loss / expected - 1) < 1e-4) return;
  throw new Error(`${engine}: a loss of ${loss}, where ${engines[0]} has ${expected}`);
}
