import type { ModelConfig } from "../model/config.ts";
import { hookNames, hookWidth } from "../model/hook-names.ts";
import type { ModelSource } from "../text/model-source.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { shellWord } from "./shell.ts";
import type { Outcome } from "./verb.ts";

type Facts = ModelSource & {
  /** the model as it was asked for */
  spec: string;
  config: ModelConfig;
  tokenizer: Tokenizer;
  parameters: number;
  dtypes: string[];
  files: { name: string; bytes: number }[];
  weights_sha256: string;
};

/** What there is to say of a model that was checked. */
export function modelOutcome(facts: Facts): Outcome {
  const { spec, dir, id, source, commit, config, tokenizer, parameters, dtypes, files } = facts;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const hooks = hookNames(config).map((name) => ({ name, width: hookWidth(name, config) }));
  const next = `npx trainer run runs/${id} --model ${shellWord(spec)} --hook_name ${middleHook(config)}`;
  const bos = JSON.stringify(tokenizer.tokens[tokenizer.bos_id]);
  const lines = {
    model: source === null ? id : `${source} at commit ${commit}`,
    folder: dir,
    architecture: `${config.model_type}, ${config.n_layers} layers, d_model ${config.d_model}, ${config.n_heads} heads of ${config.d_head}, d_mlp ${config.d_mlp}`,
    vocabulary: `${count(config.d_vocab)} ids, ${count(tokenizer.d_vocab)} of them in the tokenizer; ${bos} (${tokenizer.bos_id}) opens each document`,
    context: `up to ${count(config.n_ctx)} tokens`,
    parameters: `${count(parameters)} in ${dtypes.join(" and ")}, every one finite`,
    files: files.map((file) => `${file.name} ${count(file.bytes)}`).join(", "),
    "on disk": size(bytes),
    memory: `${size(4 * parameters)} for the weights in float32, and the activations of a batch`,
    sha256: `${facts.weights_sha256} (weights)`,
  };
  const about = Object.entries(lines).map(([key, value]) => `${key.padEnd(15)}${value}`);
  return {
    text: [...about, "", "hooks", ...hookLines(config), "", `To go on: ${next}`].join("\n"),
    data: {
      model: spec,
      id,
      source,
      commit,
      dir,
      config,
      tokenizer: { d_vocab: tokenizer.d_vocab, bos_id: tokenizer.bos_id, sha256: tokenizer.sha256 },
      parameters,
      dtypes,
      files,
      memory_bytes: 4 * parameters,
      weights_sha256: facts.weights_sha256,
      hooks,
      next,
    },
  };
}

/** One line for each site, all layers together. */
function hookLines(config: ModelConfig): string[] {
  const last = config.n_layers - 1;
  return hookNames(config)
    .filter((name) => !/^blocks\.[1-9]/.test(name))
    .map((name) => {
      const shown = last > 0 ? name.replace("blocks.0.", `blocks.{0…${last}}.`) : name;
      return `  ${shown.padEnd(34)}${count(hookWidth(name, config)).padStart(7)}`;
    });
}

function middleHook({ n_layers }: ModelConfig): string {
  return `blocks.${Math.floor((n_layers - 1) / 2)}.hook_resid_post`;
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
