import { parseArgs } from "node:util";
import { type SaeConfig, saeConfig } from "../trainer/src/sae/config.ts";
import type { KernelChoice } from "../trainer/src/sae/kernel/choices.ts";
import { kernelName } from "../trainer/src/sae/kernel/kernel.ts";
import { randomSae, randomTensor } from "../trainer/src/sae/random-sae.ts";
import { zeroWeights } from "../trainer/src/sae/weights.ts";
import { Random } from "../trainer/src/tensor/random.ts";
import { normalizeRows } from "../trainer/src/train/reference-step.ts";
import { featureChunks, trainSettings } from "../trainer/src/train/settings.ts";
import { createTrainingStep } from "../trainer/src/train/step.ts";
import { median } from "./conversation.ts";

/*
 * Milliseconds of processor time that the penalty on cosines between decoder rows adds to a training step, for all
 * pairs and for chunks, steps with and without it in turns. Run:
 *
 *   npx tsx bench/orthogonality.ts --d_sae 4096,16384 --chunks 0,256,1024,4096 --rounds 5
 *   npx tsx bench/orthogonality.ts --kind squared --engine portable
 */

const { values } = parseArgs({
  options: {
    kind: { type: "string", default: "max" },
    engine: { type: "string", default: "auto" },
    d_in: { type: "string", default: "512" },
    d_sae: { type: "string", default: "4096,8192,16384" },
    chunks: { type: "string", default: "0,256,1024,4096" },
    batch: { type: "string", default: "2048" },
    threads: { type: "string", default: "1" },
    rounds: { type: "string", default: "5" },
  },
});
const numbers = (words: string) => words.split(",").map(Number);
const d_in = Number(values.d_in);
const batch = Number(values.batch);
const threads = Number(values.threads);
const rounds = Number(values.rounds);
const chunks = numbers(values.chunks);
const adam = { adam_beta1: 0.9, adam_beta2: 0.999, clip_grad_norm: 1, auxk_coefficient: 0 };

console.log(`${kernelName(values.engine as KernelChoice)}, ${threads} threads, ${values.kind}`);
for (const d_sae of numbers(values.d_sae)) console.log(await row(d_sae));

/** A row of a table: the step without the penalty, and what each chunk adds, in ms and in steps without it. */
async function row(d_sae: number): Promise<string> {
  const config: SaeConfig = { architecture: "topk", d_in, d_sae, k: 32 };
  const settings = { ...saeConfig.parse({ orthogonality: values.kind }), ...adam };
  const { config: _, ...weights } = randomSae(new Random(0, "sae"), config);
  normalizeRows(weights.W_dec);
  const [mean, square] = [zeroWeights(config), zeroWeights(config)];
  const step = await createTrainingStep(
    config,
    { step: 0, weights, mean, square },
    {
      ...settings,
      orthogonality_coefficient: 1,
      threads,
      batch,
      sae_kernel: values.engine as KernelChoice,
    },
  );
  const x = randomTensor(new Random(0, "x"), 1, batch, d_in);
  const none = { lr: 1e-4, sparsity_coefficient: 0, auxk_coefficient: 0 };
  const times: number[][] = [[], ...chunks.map(() => [])];
  for (let round = 0; round <= rounds; round++)
    for (const [i, orthogonality_chunk] of [null, ...chunks].entries()) {
      const begun = process.cpuUsage();
      const penalised = orthogonality_chunk !== null && {
        orthogonality_coefficient: 1,
        chunks: featureChunks(trainSettings.parse({ d_sae, orthogonality_chunk, seed: 0 }), round),
      };
      step.step(x, null, { ...none, dead: new Uint8Array(d_sae), ...penalised });
      const { user, system } = process.cpuUsage(begun);
      if (round > 0) times[i]?.push((user + system) / 1000); // the first warms up
    }
  await step.dispose();
  const [without = Number.NaN, ...penalties] = times.map(median);
  const cells = penalties.map(
    (ms) => `${(ms - without).toFixed(0)} (${(ms / without - 1).toFixed(2)})`,
  );
  return `| ${[d_sae, without.toFixed(0), ...cells].join(" | ")} |`;
}
