import { BundleError } from "../bundle/index.ts";
import { foreignOf, refuseUnknown, Said } from "./described.ts";
import type { Opened } from "./folders.ts";
import type { Foreign, Format } from "./foreign.ts";
import { countAt, readSeen, sizesBy, valueAt } from "./inside.ts";
import { sayModel } from "./models.ts";
import { readSpellings } from "./spellings.ts";

/**
 * openai/sparse_autoencoder: the state_dict of its Autoencoder, with the name of the activation among the tensors.
 * TopK means, there as here, that rows are normalised: (x − mean) / (std + 1e-5) with the unbiased std, and
 * x̂ · std + mean afterwards; SAELens' layer_norm is the same.
 */
export const openai: Format = {
  name: "openai",
  find: (input) =>
    readSeen(input, (opened) =>
      opened.tensors.has("pre_bias") && opened.tensors.has("latent_bias")
        ? [() => readOne(opened)]
        : [],
    ),
};

/** Kept beside the weights while it trains. */
const statistics = ["stats_last_nonzero", "latents_activation_frequency", "latents_mean_square"];

function readOne(opened: Opened): Foreign {
  const { path } = opened.file;
  refuseUnknown(opened, [
    ...["pre_bias", "encoder.weight", "latent_bias", "decoder.weight", "decoder.linear.weight"],
    ...statistics,
  ]);
  const { weights, encoder, decoder } = readSpellings(opened);
  if (!weights.W_enc || !encoder)
    throw new BundleError(`${path}: encoder.weight: missing beside pre_bias and latent_bias`);
  const said = new Said();
  said.say("encoder", encoder, "an nn.Linear keeps its weight as [out, in]");
  if (decoder)
    said.say(
      "decoder",
      decoder,
      "decoder.weight is [d, n], decoder.linear.weight the tied encoder",
    );
  else {
    weights.W_dec = weights.W_enc;
    said.say("decoder", "d_sae,d_out", "without a decoder it is the encoder's transpose (tied)");
  }
  said.say("subtract_b_dec", true, "Autoencoder encodes x − pre_bias");
  said.sayAll(
    { decoder_rows: "stored", rescale_acts_by_decoder_norm: false, input_scale: 1 },
    "Autoencoder uses directions and activations as they are",
  );
  said.say("hook_name_out", null, "Autoencoder gives back what it reads");
  const trained = sayActivation(opened, said);
  sayPath(path, said);
  return foreignOf({
    format: "openai",
    where: path,
    sizes: sizesBy(opened, weights.W_enc, "d_sae,d_in"),
    opened,
    weights,
    said,
    trained,
  });
}

/**
 * The activation by the name that is stored; `from_state_dict()` takes ReLU where there is none, and rows that are
 * normalised for TopK alone. Our own safetensors have it in their metadata, and whether rows are normalised.
 */
function sayActivation(
  opened: Opened,
  said: Said,
): { architecture: "standard" | "topk"; k: number | null } {
  const { path } = opened.file;
  const find = (name: string) => valueAt(opened, name) ?? valueAt(opened, `__metadata__.${name}`);
  const stored = find("activation");
  const because = `${path}: activation is ${stored ?? "not there, which from_state_dict() takes for ReLU"}`;
  sayNormalize(opened, stored === "TopK", because, said);
  if (stored === undefined || stored === "ReLU") {
    said.sayAll({ architecture: "standard", k: null }, because);
    return { architecture: "standard", k: null };
  }
  if (stored !== "TopK")
    throw new BundleError(
      `${path}: activation: found ${JSON.stringify(stored)}, expected ReLU or TopK`,
    );
  const after = find("activation_state_dict.postact_fn");
  if (after !== undefined && after !== "ReLU")
    throw new BundleError(
      `${path}: activation_state_dict.postact_fn: found ${JSON.stringify(after)}, expected ReLU, since activations of features are never negative here`,
    );
  const k = countAt(withNumber(opened, "activation_state_dict.k"), "activation_state_dict.k");
  if (k === undefined)
    throw new BundleError(
      `${path}: activation_state_dict.k: missing, expected a whole number > 0 for TopK`,
    );
  said.say("architecture", "topk", because);
  said.say("k", k, `${path}: activation_state_dict.k is ${k}`);
  return { architecture: "topk", k };
}

function sayNormalize(opened: Opened, isTopK: boolean, because: string, said: Said): void {
  const written = valueAt(opened, "__metadata__.normalize");
  if (written === "true" || written === "false")
    said.say(
      "normalize_activations",
      written === "true" ? "layer_norm" : "none",
      `${opened.file.path}: normalize is ${written}`,
    );
  else
    said.say(
      "normalize_activations",
      isTopK ? "layer_norm" : "none",
      `${because}${isTopK ? ", which from_state_dict() takes to mean normalised rows" : ""}`,
    );
}

/** Metadata are text: a value of this name as a number where it is one. */
function withNumber(opened: Opened, name: string): Opened {
  const text = valueAt(opened, `__metadata__.${name}`);
  if (typeof text !== "string" || valueAt(opened, name) !== undefined) return opened;
  return { ...opened, values: new Map([...opened.values, [name, Number(text)]]) };
}

const sites: Record<string, string> = {
  mlp_post_act: "mlp.hook_post",
  resid_delta_attn: "hook_attn_out",
  resid_post_attn: "hook_resid_mid",
  resid_delta_mlp: "hook_mlp_out",
  resid_post_mlp: "hook_resid_post",
};

/** Hook and model by a path like gpt2-small/resid_post_mlp_v5_32k/autoencoders/8.pt, where it is such. */
function sayPath(path: string, said: Said): void {
  const location = Object.keys(sites).find((name) => path.includes(name));
  const layer = /(?:^|[/_-])(\d{1,4})\.\w+$/.exec(path)?.[1];
  if (location && layer)
    said.sayHook(
      "hook_name",
      `blocks.${Number(layer)}.${sites[location]}`,
      `its path says ${location} and ${layer}`,
    );
  const model = /(?:^|\/)(gpt2-\w+)\//.exec(path)?.[1];
  if (model) sayModel(said, model, `its path says ${model}`);
}
