import { BundleError } from "../../bundle/errors.ts";

export type Sizes = Record<
  "d_model" | "d_mlp" | "n_layers" | "n_heads" | "n_kv_heads" | "d_vocab" | "n_ctx",
  number
> & {
  /** W_U is W_E transposed, and not in the file */
  tied: boolean;
};

/** A tensor, or the tensors of all layers one after the other. */
export type Part = {
  /** transformers' name, {l} for the layer; null: what transformers computes itself */
  name: string | null;
  shape: number[];
  /** rows are heads, whose numbers are rotated in pairs */
  heads?: number;
};

/** The seven int32 at the beginning; a negative vocabulary means that W_U is in the file. */
export function parseHeader(header: Int32Array, path: string): Sizes {
  const [d_model, d_mlp, n_layers, n_heads, n_kv_heads, signed_vocab, n_ctx] = header;
  const d_vocab = Math.abs(signed_vocab);
  const sizes = { d_model, d_mlp, n_layers, n_heads, n_kv_heads, d_vocab, n_ctx };
  for (const [name, value] of Object.entries(sizes))
    if (value <= 0)
      throw new BundleError(
        `${path}: its header says ${name} ${value} (expected a llama2.c checkpoint)`,
      );
  if (d_model % (2 * n_heads) !== 0)
    throw new BundleError(
      `${path}: d_model ${d_model} is not ${n_heads} heads of an even width (expected a llama2.c checkpoint)`,
    );
  if (n_heads % n_kv_heads !== 0)
    throw new BundleError(
      `${path}: n_kv_heads ${n_kv_heads} does not divide the ${n_heads} heads (expected a llama2.c checkpoint)`,
    );
  return { ...sizes, tied: signed_vocab > 0 };
}

/** What the file holds, in its order (run.c, memory_map_weights). */
export function partsOf(sizes: Sizes): Part[] {
  const { d_model, d_mlp, d_vocab, n_heads, n_kv_heads } = sizes;
  const d_head = d_model / n_heads;
  const d_kv = n_kv_heads * d_head;
  const angles = { name: null, shape: [sizes.n_ctx, d_head / 2] };
  const layer = (name: string, shape: number[], heads?: number): Part => ({
    name: `model.layers.{l}.${name}.weight`,
    shape,
    heads,
  });
  return [
    { name: "model.embed_tokens.weight", shape: [d_vocab, d_model] },
    layer("input_layernorm", [d_model]),
    layer("self_attn.q_proj", [d_model, d_model], n_heads),
    layer("self_attn.k_proj", [d_kv, d_model], n_kv_heads),
    layer("self_attn.v_proj", [d_kv, d_model]),
    layer("self_attn.o_proj", [d_model, d_model]),
    layer("post_attention_layernorm", [d_model]),
    layer("mlp.gate_proj", [d_mlp, d_model]),
    layer("mlp.down_proj", [d_model, d_mlp]),
    layer("mlp.up_proj", [d_mlp, d_model]),
    { name: "model.norm.weight", shape: [d_model] },
    angles, // cosines
    angles, // sines
    ...(sizes.tied ? [] : [{ name: "lm_head.weight", shape: [d_vocab, d_model] }]),
  ];
}

/** The names that a part stands for: one, or one for each layer. */
export function namesOf({ name }: Part, { n_layers }: Sizes): (string | null)[] {
  if (!name?.includes("{l}")) return [name];
  return Array.from({ length: n_layers }, (_, layer) => name.replace("{l}", `${layer}`));
}

/** Counted without making a list of what may be two thousand million layers. */
export function bytesOf(part: Part, { n_layers }: Sizes): number {
  const count = part.name?.includes("{l}") ? n_layers : 1;
  return 4 * count * part.shape.reduce((a, b) => a * b, 1);
}
