import { readFileSync } from "node:fs";
import { foreignOf, needTensor, Said } from "./described.ts";
import { filesIn, folderOf, nameOf, type Opened } from "./folders.ts";
import type { Foreign, Format, Input } from "./foreign.ts";
import { toHookName } from "./hook-spellings.ts";
import { readSeen, sizesBy, under } from "./inside.ts";
import { sayModel } from "./models.ts";

/**
 * ApolloResearch/e2e_sae: the state_dict of SAETransformer.saes, an SAE at each position, under the position's name
 * with "-" for ".". Its encoder reads x as it is; directions are divided by their norms whenever they are used.
 */
export const e2eSae: Format = {
  name: "e2e_sae",
  find: (input) =>
    readSeen(input, (opened) =>
      [...opened.tensors.keys()]
        .filter((name) => name.endsWith(`.${ENCODER}`)) // one without a position is anybody's
        .map((name) => () => readOne(input, opened, name.slice(0, -ENCODER.length))),
    ),
};

const ENCODER = "encoder.0.weight";
const CONFIG = "final_config.yaml";

function readOne(input: Input, whole: Opened, prefix: string): Foreign {
  const opened = under(whole, prefix);
  const said = new Said();
  const weights = {
    W_enc: needTensor(opened, `${prefix}${ENCODER}`),
    b_enc: needTensor(opened, `${prefix}encoder.0.bias`),
    W_dec: needTensor(opened, `${prefix}decoder.weight`),
    b_dec: needTensor(opened, `${prefix}decoder.bias`),
  };
  said.sayAll(
    { architecture: "standard", k: null, subtract_b_dec: false, normalize_activations: "none" },
    "SAE encodes relu(encoder(x)), of x as it is",
  );
  said.sayAll(
    { encoder: "d_sae,d_in", decoder: "d_out,d_sae" },
    "an nn.Linear keeps its weight as [out, in]",
  );
  said.say(
    "decoder_rows",
    "unit",
    "SAE decodes with dict_elements, the decoder's columns divided by their norms",
  );
  said.sayAll(
    { rescale_acts_by_decoder_norm: false, input_scale: 1 },
    "SAE uses activations as they are",
  );
  said.say("hook_name_out", null, "an SAE stands in for what it reads");
  const position = prefix.replace(/\.$/, "").split(".").at(-1) ?? "";
  sayPosition(said, position);
  const config = filesIn(input, folderOf(whole.file.path)).find(
    ({ path, bytes }) => nameOf(path) === CONFIG && bytes <= 1 << 20,
  );
  const model = config && readModelName(readFileSync(config.file, "utf8"));
  if (model) sayModel(said, model, `${config.path}: tlens_model_name is ${model}`);
  return foreignOf({
    format: "e2e_sae",
    where: `${whole.file.path}#${position}`,
    sizes: sizesBy(opened, weights.W_enc, "d_sae,d_in"),
    opened,
    weights,
    said,
    trained: { architecture: "standard" },
    files: config && model ? [config] : [],
  });
}

function sayPosition(said: Said, position: string): void {
  const hook = toHookName(position);
  if (hook) said.sayHook("hook_name", hook, `the SAE's name is ${position}`);
  else said.notes.push(`hook_name: ${position} is no hook that is known`);
}

/** Of the YAML the one line that is needed. */
function readModelName(yaml: string): string | null {
  const name = /^tlens_model_name:\s*['"]?([\w./-]+)['"]?\s*$/m.exec(yaml)?.[1] ?? "null";
  return name === "null" ? null : name;
}
