import { BundleError } from "../bundle/index.ts";
import { foreignOf, Said, type Sizes } from "./described.ts";
import { type Candidate, folderOf, type Opened, readEach, withConfigs } from "./folders.ts";
import type { Foreign, Format } from "./foreign.ts";
import { type Keys, kinds } from "./keys.ts";
import { readNorms } from "./llamascopium-norms.ts";
import { type Names, takeLlamascopiumWeights } from "./llamascopium-weights.ts";

const names: Names = { W_enc: "W_E", b_enc: "b_E", W_dec: "W_D", b_dec: "b_D" };
/** Those of Llama Scope, which had nn.Linear. */
const linear: Names = {
  W_enc: "encoder.weight",
  b_enc: "encoder.bias",
  W_dec: "decoder.weight",
  b_dec: "decoder.bias",
};

/**
 * Llamascopium (2.0, before: lm-saes) of OpenMOSS, and the Llama Scope SAEs of its first versions: a config with
 * `hook_point_in` and `d_model`, in the folder of the weights or, of Llama Scope, in the one above `checkpoints/`.
 */
export const llamascopium: Format = {
  name: "llamascopium",
  find: (input) =>
    readEach(
      withConfigs(input, {
        holds: ({ tensors }) => tensors.has("W_E") || tensors.has("W_D") || isLinear(tensors),
        isConfig: (record) => Object.hasOwn(record, "hook_point_in"),
        configFolders: (folder) => [folder, folderOf(folder)],
      }),
      readOne,
    ),
};

function isLinear(tensors: Opened["tensors"]): boolean {
  return tensors.has("encoder.weight") && tensors.has("decoder.weight");
}

function readOne({ where, opened, config: { file, keys } }: Candidate): Foreign {
  const said = new Said();
  const type = keys.read("sae_type", kinds.text);
  if (type !== undefined && type !== "sae")
    throw new BundleError(
      `${keys.says("sae_type")}, which is not read: it has several hooks or layers, expected sae`,
    );
  if (keys.read("use_glu_encoder", kinds.flag) || opened.tensors.has("W_E_glu"))
    throw new BundleError(
      `${opened.file.path}: W_E_glu: a second encoder, by whose sigmoid pre-activations are multiplied, is not read`,
    );
  const own = isLinear(opened.tensors) ? linear : names;
  const sizes = readSizes(keys);
  said.sayAll(
    own === names
      ? { encoder: "d_in,d_sae", decoder: "d_sae,d_out" }
      : { encoder: "d_sae,d_in", decoder: "d_out,d_sae" },
    `${own.W_enc} and ${own.W_dec} lie so in Llamascopium`,
  );
  sayHooks(keys, said);
  const norms = readNorms(keys, opened, said);
  const rest = { keys, norms, said, sizes, isOld: own === linear };
  const weights = takeLlamascopiumWeights(opened, own, rest);
  return foreignOf({
    format: "llamascopium",
    where,
    sizes,
    opened,
    weights,
    said,
    trained: { k: said.reading.k ?? null },
    files: [file],
  });
}

function readSizes(keys: Keys): Sizes {
  const d_in = keys.need("d_model", kinds.size);
  const d_sae =
    keys.read("d_sae", kinds.size) ?? Math.floor(d_in * keys.need("expansion_factor", kinds.scale));
  return { d_in, d_sae, d_out: d_in };
}

function sayHooks(keys: Keys, said: Said): void {
  const from = keys.need("hook_point_in", kinds.text);
  const to = keys.read("hook_point_out", kinds.text) ?? from;
  said.sayHook("hook_name", from, keys.says("hook_point_in"));
  if (to === from) said.say("hook_name_out", null, "hook_point_in and hook_point_out are the same");
  else said.sayHook("hook_name_out", to, keys.says("hook_point_out"));
}
