import { BundleError } from "../bundle/index.ts";
import { foreignOf, needTensor, refuseUnknown, Said, type TakenWeights } from "./described.ts";
import { type Candidate, configsIn, folderOf, nameOf, readEach, withConfigs } from "./folders.ts";
import type { Foreign, Format, Input } from "./foreign.ts";
import { toHookName } from "./hook-spellings.ts";
import { type Keys, kinds, oneOf } from "./keys.ts";
import { sayModel } from "./models.ts";

const cfgKeys = [
  "k",
  "expansion_factor",
  "num_latents",
  "normalize_decoder",
  "multi_topk",
  "signed",
];

/**
 * sparsify of EleutherAI, and sae, as it was called before: a folder for each hook, with a cfg.json of its training
 * and the tensors of `SparseCoder` (`sparse_coder.py` of eai-sparsify 1.3).
 */
export const sparsify: Format = {
  name: "sparsify",
  find: (input) =>
    readEach(
      withConfigs(input, {
        holds: ({ tensors }) =>
          tensors.has("encoder.weight") &&
          (tensors.has("W_dec") || tensors.has("b_dec")) &&
          !tensors.has("decoder.weight"),
        isConfig: (record) => cfgKeys.filter((key) => Object.hasOwn(record, key)).length >= 2,
      }),
      (candidate) => readOne(input, candidate),
    ),
};

function readOne(input: Input, { where, opened, config: { file, keys } }: Candidate): Foreign {
  const said = new Said();
  const { sizes, isTranscoder, hasSkip } = readCfg(keys, said);
  const weights: TakenWeights = {
    W_enc: needTensor(opened, "encoder.weight"),
    b_enc: needTensor(opened, "encoder.bias"),
    W_dec: needTensor(opened, "W_dec"),
    b_dec: needTensor(opened, "b_dec"),
    ...(hasSkip && { W_skip: needTensor(opened, "W_skip") }),
  };
  refuseUnknown(
    opened,
    Object.values(weights).map(({ name }) => name),
  );
  sayPlace(folderOf(file.path) || input.name, isTranscoder, said);
  const run = runConfig(input, folderOf(file.path));
  const model = run?.keys.read("model", kinds.text);
  if (run && model) sayModel(said, model, run.keys.says("model"));
  return foreignOf({
    format: "sparsify",
    where,
    sizes,
    opened,
    weights,
    said,
    trained: {
      architecture: "topk",
      k: said.reading.k ?? null,
      context_size: run?.keys.read("ctx_len", kinds.size) ?? null,
      dataset: run?.keys.read("dataset", kinds.text) ?? null,
    },
    files: [file, ...(run ? [run.file] : [])],
  });
}

/** Its sizes and its rule. The decoder is used as it is stored: `normalize_decoder` is a matter of training. */
function readCfg(keys: Keys, said: Said) {
  if (keys.read("activation", oneOf("topk", "groupmax")) === "groupmax")
    throw new BundleError(
      `${keys.says("activation")}, which is not read: it takes the largest of each of k groups, expected topk`,
    );
  if (keys.read("signed", kinds.flag))
    throw new BundleError(
      `${keys.says("signed")}, which is not read: its activations may be negative, expected false`,
    );
  const isTranscoder = keys.read("transcode", kinds.flag) ?? false;
  const hasSkip = keys.read("skip_connection", kinds.flag) ?? false;
  if (hasSkip && !isTranscoder) keys.refuse("skip_connection", "false unless transcode is true");
  const d_in = keys.need("d_in", kinds.size);
  const num_latents = keys.read("num_latents", kinds.whole);
  const d_sae = num_latents || d_in * keys.need("expansion_factor", kinds.size);
  const k = keys.need("k", kinds.size);
  if (k > d_sae) keys.refuse("k", `at most d_sae, ${d_sae}`);
  said.say(
    "architecture",
    "topk",
    keys.has("activation") ? keys.says("activation") : "it has no other",
  );
  said.say("k", k, keys.says("k"));
  said.say(
    "subtract_b_dec",
    !isTranscoder,
    isTranscoder ? keys.says("transcode") : "sparsify subtracts b_dec unless it is a transcoder",
  );
  said.sayAll(
    { encoder: "d_sae,d_in", decoder: "d_sae,d_out" },
    "sparsify stores encoder.weight [d_sae, d_in] and W_dec [d_sae, d_out]",
  );
  said.sayAll(
    {
      decoder_rows: "stored",
      rescale_acts_by_decoder_norm: false,
      normalize_activations: "none",
      input_scale: 1,
    },
    "sparsify uses activations and W_dec as they are",
  );
  if (keys.read("multi_topk", kinds.flag))
    said.notes.push(`${keys.says("multi_topk")}: trained with 4 · k as well, and run with k`);
  return { sizes: { d_in, d_sae, d_out: d_in }, isTranscoder, hasSkip };
}

/** A folder is called by the module whose output was encoded; where there are several seeds, the folder above. */
function sayPlace(folder: string, isTranscoder: boolean, said: Said): void {
  const path = folder.replace(/\/seed\d+$/, "");
  const name = nameOf(path);
  const hook = toHookName(name);
  const because = `the folder's name, ${name}`;
  if (!isTranscoder) said.say("hook_name_out", null, "it is no transcoder");
  if (!hook) {
    said.notes.push(`hook_name: ${because} is none of a module that is known`);
    return;
  }
  if (!isTranscoder) {
    said.sayHook("hook_name", hook, because);
    return;
  }
  said.sayHook("hook_name_out", hook, `${because}, whose output is what it gives`);
  if (hook.endsWith("hook_resid_post"))
    said.sayHook("hook_name", hook.replace("post", "pre"), `${because}, whose input it reads`);
  else
    said.notes.push(
      `hook_name: it reads what goes into ${name}, behind the layer norm, which has no hook of its own here`,
    );
}

/** The config of the whole training, in the folder above that of a hook, or above its seeds. */
function runConfig(input: Input, folder: string) {
  for (let above = folder; above !== ""; ) {
    above = folderOf(above);
    const [found] = configsIn(input, above, (record) => typeof record.model === "string");
    if (found) return found;
  }
  return undefined;
}
