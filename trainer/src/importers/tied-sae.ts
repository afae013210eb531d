import { BundleError } from "../bundle/index.ts";
import { foreignOf, needTensor, refuseUnknown, Said } from "./described.ts";
import { nameOf, type Opened } from "./folders.ts";
import type { Foreign, Format } from "./foreign.ts";
import { toHookName } from "./hook-spellings.ts";
import { readSeen, sizesBy, under, valueAt } from "./inside.ts";
import { sayModel } from "./models.ts";

/**
 * loganriggs/sparse_coding: a pickled nn.Module, TiedSAE with encoder [n, d] and encoder_bias [n], or UntiedSAE with
 * decoder [n, d] as well. Either encodes relu(x · encoderᵀ + encoder_bias) with the encoder as it is, and decodes
 * with rows of norm 1.
 */
export const tiedSae: Format = {
  name: "tied_sae",
  find: (input) =>
    readSeen(input, (opened) => {
      const name = className(opened);
      const parameters = under(opened, MODULE);
      return name && parameters.tensors.size > 0 ? [() => readOne(parameters, name)] : [];
    }),
};

/** Where a module of torch keeps its tensors. */
const MODULE = "_parameters.";

function readOne(opened: Opened, name: string): Foreign {
  const { path } = opened.file;
  const decoder = { TiedSAE: "encoder", UntiedSAE: "decoder" }[name];
  if (!decoder)
    throw new BundleError(
      `${path}: a pickled ${name.slice(0, 60)}, expected a TiedSAE or an UntiedSAE`,
    );
  const names = new Set(["encoder", "encoder_bias", decoder]);
  refuseUnknown(
    opened,
    [...names].map((one) => MODULE + one),
  );
  const weights = {
    W_enc: needTensor(opened, `${MODULE}encoder`),
    b_enc: needTensor(opened, `${MODULE}encoder_bias`),
    W_dec: needTensor(opened, MODULE + decoder),
  };
  const said = new Said();
  said.sayAll(
    {
      architecture: "standard",
      k: null,
      encoder: "d_sae,d_in",
      subtract_b_dec: false,
      normalize_activations: "none",
      input_scale: 1,
    },
    `${name} encodes relu(x · encoderᵀ + encoder_bias)`,
  );
  said.sayAll(
    { decoder: "d_sae,d_out", decoder_rows: "unit", rescale_acts_by_decoder_norm: false },
    `${name} decodes with the rows of ${decoder} divided by their norms`,
  );
  said.say("hook_name_out", null, `${name} gives back what it reads`);
  sayName(path, said);
  return foreignOf({
    format: "tied_sae",
    where: path,
    sizes: sizesBy(opened, weights.W_enc, "d_sae,d_in"),
    opened,
    weights,
    said,
    trained: { architecture: "standard" },
  });
}

/** Its last part: modules are pickled out of notebooks and scripts alike. */
function className(opened: Opened): string | null {
  const name = valueAt(opened, "__class__");
  return typeof name === "string" ? (name.split(".").at(-1) ?? null) : null;
}

/** Model and hook by a name like pythia-70m-deduped_r4_gpt_neox.layers.2.pt, or with _sp0.001 before _r4. */
function sayName(path: string, said: Said): void {
  const name = nameOf(path).replace(/\.\w+$/, "");
  const [, model, place] = /^(.+?)(?:_sp[^_]*)?_r[\d.]+_(.+)$/.exec(name) ?? [];
  if (!model || !place) return;
  sayModel(said, model, `its name says ${model}`);
  const hook = toHookName(place);
  if (hook) said.sayHook("hook_name", hook, `its name says ${place}`);
}
