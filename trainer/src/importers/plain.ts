import type { ForeignFormat, SaidReading } from "../bundle/index.ts";
import { afterRelu } from "./derived.ts";
import { foreignOf, Said, type Sizes, type Taken, type TakenWeights } from "./described.ts";
import type { Opened } from "./folders.ts";
import type { Foreign } from "./foreign.ts";
import { toHookName } from "./hook-spellings.ts";
import { countAt, type Seen, sizesBy, under } from "./inside.ts";
import { prefixesOf, readSpellings } from "./spellings.ts";

/**
 * Dictionaries in a file that has nothing but named tensors: one for each prefix that an encoder and a decoder stand
 * behind. What names and shapes cannot say, such as whether b_dec is subtracted, is not said.
 */
export function seePlain(format: ForeignFormat, opened: Opened): Seen[] {
  const prefixes = prefixesOf(opened.tensors.keys());
  const { path } = opened.file;
  return prefixes.map((prefix) => () => {
    const name = prefix.replace(/\.$/, "");
    const where = prefixes.length === 1 ? path : `${path}#${name}`;
    return readPlain({ format, where, prefix, opened: under(opened, prefix) });
  });
}

type Plain = { format: ForeignFormat; where: string; prefix: string; opened: Opened };

function readPlain({ format, where, prefix, opened }: Plain): Foreign {
  const said = new Said();
  const { weights, encoder, decoder } = readSpellings(opened, prefix);
  const [W_enc, W_dec] = [weights.W_enc, weights.W_dec] as [Taken, Taken]; // what a prefix is told by
  const bias = weights.b_enc ?? weights.b_mag;
  const lies = { encoder, decoder };
  for (const [key, weight] of [
    ["encoder", W_enc],
    ["decoder", W_dec],
  ] as const) {
    const hasRows = rowsOf(weight, bias);
    if (hasRows !== null) {
      const [rows, columns] = orders[key];
      const because = `${shown(weight)}, and ${bias && shown(bias)}`;
      Object.assign(lies, { [key]: hasRows ? rows : columns });
      said.sayAll({ [key]: lies[key] }, because);
    } else if (weight.tensor.shape[0] === weight.tensor.shape[1])
      said.notes.push(`${key}: as wide as it is high; by its name it would be [${lies[key]}]`);
    else said.sayAll({ [key]: lies[key] }, `a matrix of the name ${weight.name} usually lies so`);
  }
  sayRule({ weights, opened, prefix, said });
  if (!weights.b_dec) said.say("subtract_b_dec", false, "there is no bias to subtract");
  if (weights.b_dec?.name === `${prefix}pre_bias`)
    said.say("subtract_b_dec", true, "a bias of the name pre_bias is subtracted");
  said.sayAll(
    {
      decoder_rows: "stored",
      rescale_acts_by_decoder_norm: false,
      normalize_activations: "none",
      input_scale: 1,
    },
    `${opened.file.path} says nothing else`,
  );
  sayUnused(opened, weights, prefix, said);
  const hook = toHookName(prefix.replace(/\.$/, ""));
  if (hook) said.sayHook("hook_name", hook, `its tensors' names begin with ${prefix}`);
  const sizes = sizesOf(opened, { W_enc, W_dec }, lies);
  if (sizes.d_out === sizes.d_in && !weights.W_skip)
    said.say("hook_name_out", null, "nothing says that it is a transcoder");
  return foreignOf({ format, where, sizes, opened, weights, said });
}

function sayUnused({ tensors }: Opened, weights: TakenWeights, prefix: string, said: Said): void {
  const used = [`${prefix}k`, ...Object.values(weights).map(({ name }) => name)];
  const unused = [...tensors.keys()].filter((name) => !used.includes(name));
  if (unused.length === 0) return;
  const more = unused.length > 8 ? ` and ${unused.length - 8} more` : "";
  said.notes.push(
    `left aside, as nothing is known of them: ${unused.slice(0, 8).join(", ")}${more}`,
  );
}

/** With a row for each feature, or a column. */
const orders = {
  encoder: ["d_sae,d_in", "d_in,d_sae"],
  decoder: ["d_sae,d_out", "d_out,d_sae"],
} as const;

/** Whether a matrix has a row for each feature; null: its shape does not tell. */
function rowsOf({ tensor }: Taken, bias: Taken | undefined): boolean | null {
  const [rows, columns] = tensor.shape;
  const d_sae = bias?.tensor.shape;
  if (d_sae?.length !== 1 || rows === columns) return null;
  return rows === d_sae[0] ? true : columns === d_sae[0] ? false : null;
}

function shown({ name, tensor }: Taken): string {
  return `${name} is [${tensor.shape.join(", ")}]`;
}

function sizesOf(
  opened: Opened,
  { W_enc, W_dec }: Record<"W_enc" | "W_dec", Taken>,
  { encoder = "d_in,d_sae", decoder = "d_sae,d_out" }: SaidReading,
): Sizes {
  const { d_in: d_out } = sizesBy(
    opened,
    W_dec,
    decoder === "d_sae,d_out" ? "d_sae,d_in" : "d_in,d_sae",
  );
  return { ...sizesBy(opened, W_enc, encoder), d_out };
}

type Rule = { weights: TakenWeights; opened: Opened; prefix: string; said: Said };

/** What the presence of a gate, a threshold or a k says of how features are chosen. */
function sayRule({ weights, opened, prefix, said }: Rule): void {
  const k = countAt(opened, `${prefix}k`);
  const { threshold, r_mag, b_mag } = weights;
  if (threshold) weights.threshold = { ...threshold, tensor: afterRelu(threshold.tensor) };
  if (r_mag && b_mag)
    said.sayAll({ architecture: "gated", k: null }, `there are ${r_mag.name} and ${b_mag.name}`);
  else if (threshold && k === undefined)
    said.sayAll({ architecture: "jumprelu", k: null }, `there is ${threshold.name}, and no k`);
  else if (threshold)
    said.notes.push(
      `there are k ${k} and ${threshold.name}: whether the k largest are kept (topk) or what is above the threshold (jumprelu) is not said`,
    );
  else if (k !== undefined)
    said.sayAll({ architecture: "topk", k }, `${prefix}k is ${k}, and there is no threshold`);
  else
    said.notes.push(
      "there is neither a k nor a threshold: standard, or topk with a k that is not in the file",
    );
}
