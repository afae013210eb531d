import { foreignOf, Said } from "./described.ts";
import { type Candidate, readEach, withConfigs } from "./folders.ts";
import type { Foreign, Format, Input } from "./foreign.ts";
import { readSaelensCfg } from "./saelens-cfg.ts";
import { sayTraining, trainedAs } from "./saelens-training.ts";
import { sayInputScale, takeSaelensWeights } from "./saelens-weights.ts";

const cfgKeys = ["d_sae", "hook_name", "hook_point", "apply_b_dec_to_input", "metadata"];

/**
 * SAELens, from its first releases to 6: a cfg.json that names sizes and hook, beside a file with W_enc or W_dec.
 * What missing keys mean is as in `sae_lens/loading` and `sae_lens/saes` of 6.54.
 */
export const saelens: Format = {
  name: "saelens",
  find: (input) =>
    readEach(
      withConfigs(input, {
        holds: ({ tensors }) => tensors.has("W_dec") || tensors.has("W_enc"),
        isConfig: (record) => cfgKeys.some((key) => Object.hasOwn(record, key)),
      }),
      (candidate) => readOne(input, candidate),
    ),
};

function readOne(input: Input, { where, opened, config }: Candidate): Foreign {
  const said = new Said();
  const cfg = readSaelensCfg(config.keys, said);
  const weights = takeSaelensWeights(opened, cfg, said);
  const files = [config.file, ...sayInputScale(input, opened, cfg, said)];
  sayTraining(input, opened, cfg, said);
  const { sizes } = cfg;
  const trained = trainedAs(cfg);
  return foreignOf({ format: "saelens", where, sizes, opened, weights, said, trained, files });
}
