import type { Architecture, Manifest, TokenPolicy } from "trainer/bundle";
import { formatCount, formatShort } from "@/lib/format.ts";
import type { DictionarySummary } from "@/lib/views.ts";

/*
 * A dictionary's facts in words.
 */

export const architectureNames: Record<Architecture, string> = {
  standard: "ReLU + L1",
  gated: "Gated",
  jumprelu: "JumpReLU",
  topk: "TopK",
  batchtopk: "BatchTopK",
  matryoshka_batchtopk: "Matryoshka BatchTopK",
};

/** "TopK, k = 32"; "TopK transcoder to blocks.2.hook_mlp_out, k = 32" */
export function architectureText({
  architecture,
  k,
  hook_name_out,
}: Pick<DictionarySummary, "architecture" | "k" | "hook_name_out">) {
  const name = architectureNames[architecture];
  const what = hook_name_out === null ? name : `${name} transcoder to ${hook_name_out}`;
  return k === null ? what : `${what}, k = ${k}`;
}

/** "2,048 features, 16 × 128" */
export function sizeText({ d_sae, d_in }: Pick<DictionarySummary, "d_sae" | "d_in">): string {
  return `${formatCount(d_sae)} features (${formatShort(d_sae / d_in)} × ${formatCount(d_in)})`;
}

/** Which token positions count, as a sentence. */
export function policyText({ exclude_first_position, exclude_token_ids }: TokenPolicy): string {
  const ids = exclude_token_ids.length;
  const left = [
    ...(exclude_first_position ? ["position 0 of every context"] : []),
    ...(ids === 1 ? [`token ${exclude_token_ids[0]}`] : []),
    ...(ids > 1 ? [`tokens ${exclude_token_ids.join(", ")}`] : []),
  ];
  if (left.length === 0) return "Every token position is trained on, measured and shown.";
  return `Left out of training, measuring and showing: ${left.join(" and ")}.`;
}

type Corpus = Manifest["provenance"]["corpus"];

/** "pile-10k, 3,200,000 tokens of 9,871 documents, 502 of them held out; 3 empty ones skipped" */
export function corpusText({ id, tokens, documents, held_out_documents, skipped }: Corpus): string {
  const text = `${id}, ${formatCount(tokens)} tokens`;
  if (documents === null || held_out_documents === null) return text;
  const left = Object.entries(skipped ?? {})
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${formatCount(count)} ${kind}`);
  const end = left.length > 0 ? `; ${left.join(" and ")} ones skipped` : "";
  return `${text} of ${formatCount(documents)} documents, ${formatCount(held_out_documents)} of them held out${end}`;
}

/** A setting's value as one would type it. */
export function settingText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
