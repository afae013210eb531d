import { z } from "zod";
import { rotaryFrequencies } from "../ops.ts";
import { agreed, fraction, positive, refuse } from "./settings.ts";

const shared = { rope_theta: positive.optional(), partial_rotary_factor: fraction.optional() };

const scaling = z.discriminatedUnion(
  "rope_type",
  [
    z.strictObject({ ...shared, rope_type: z.literal("default") }),
    z.strictObject({ ...shared, rope_type: z.literal("linear"), factor: positive }),
    z
      .strictObject({
        ...shared,
        rope_type: z.literal("llama3"),
        factor: positive,
        low_freq_factor: positive,
        high_freq_factor: positive,
        original_max_position_embeddings: positive,
      })
      .refine(({ low_freq_factor, high_freq_factor }) => low_freq_factor < high_freq_factor, {
        error: "low_freq_factor is not below high_freq_factor",
      }),
  ],
  { error: "not supported (expected default, linear or llama3)" },
);

/** Rotary position embeddings (Su et al., 2021), and how they are stretched to longer contexts. */
export type Rope = z.infer<typeof scaling> & { rope_theta: number };

/** Older files say `type`, and nothing where nothing is scaled. */
const parameters = z
  .looseObject({ type: z.string().optional(), rope_type: z.string().optional() })
  .transform(({ type = "default", rope_type = type, ...rest }) => ({ ...rest, rope_type }))
  .pipe(scaling);

/** The keys of config.json; transformers ≥ 5 writes all of it into rope_parameters. */
export const ropeKeys = {
  rope_theta: positive.optional(),
  partial_rotary_factor: fraction.optional(),
  rope_scaling: parameters.nullish(),
  rope_parameters: parameters.nullish(),
};

type Given = Record<string, number | undefined>;
type RopeSettings = z.infer<z.ZodObject<typeof ropeKeys>>;

/** What the keys say together; `theta` and `part` are the family's own names for the same. */
export function ropeOf(
  json: RopeSettings,
  ctx: z.RefinementCtx,
  { theta, part }: { theta?: Given; part?: Given },
): { rope: Rope; rotated: number | undefined } {
  if (json.rope_scaling && json.rope_parameters)
    refuse(ctx, "rope_scaling", "given beside rope_parameters (expected one of them)");
  const found = json.rope_parameters ?? json.rope_scaling ?? { rope_type: "default" as const };
  const { rope_theta, partial_rotary_factor } = json;
  const bases = { "rope_parameters.rope_theta": found.rope_theta, rope_theta, ...theta };
  const parts = {
    "rope_parameters.partial_rotary_factor": found.partial_rotary_factor,
    partial_rotary_factor,
    ...part,
  };
  return {
    rope: { ...found, rope_theta: agreed(ctx, bases) ?? 10_000 },
    rotated: agreed(ctx, parts),
  };
}

/**
 * The angle that each of dim / 2 pairs turns by from one position to the next: f = θ^(−2i/dim), stretched
 *
 *     linear:  f / factor
 *     llama3:  f · (s + (1 − s) / factor),  s = (L / λ − low) / (high − low) in [0, 1],  λ = 2π / f
 *
 * where L is the context before stretching: fast pairs stay, slow ones are divided (Llama 3.1).
 */
export function ropeFrequencies(rope: Rope, dim: number): Float32Array {
  const frequencies = rotaryFrequencies(dim, rope.rope_theta);
  if (rope.rope_type === "default") return frequencies;
  if (rope.rope_type === "linear") return frequencies.map((f) => f / rope.factor);
  const { factor, low_freq_factor: low, high_freq_factor: high } = rope;
  return frequencies.map((f) => {
    const turns = (rope.original_max_position_embeddings * f) / (2 * Math.PI);
    const stays = Math.min(1, Math.max(0, (turns - low) / (high - low)));
    return f * (stays + (1 - stays) / factor);
  });
}
