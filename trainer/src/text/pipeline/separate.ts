import { byteIds } from "./bpe.ts";
import type { BpeModel } from "./file.ts";

/**
 * Cuts a text between characters that no merge ever joins. What byte pair encoding makes of the parts is what it
 * makes of the whole; but LLaMA knows no words, and parts are met again where whole texts are not.
 */
export function createSeparate(model: BpeModel): (text: string) => string[] {
  // runs of unknown characters may be one token, and a whole text may be one
  const unknowns = model.fuse_unk && !(model.byte_fallback && byteIds(model.vocab));
  if (unknowns || model.ignore_merges) return (text) => [text];
  const joined = new Set<number>();
  for (const merge of model.merges) {
    const [left, right] = typeof merge === "string" ? merge.split(" ") : merge;
    joined.add(pair(left.charCodeAt(left.length - 1), right.charCodeAt(0)));
  }
  return (text) => {
    const parts: string[] = [];
    let start = 0;
    for (let at = 1; at < text.length; at++) {
      const before = text.charCodeAt(at - 1);
      if (isHighSurrogate(before) || joined.has(pair(before, text.charCodeAt(at)))) continue;
      parts.push(text.slice(start, at));
      start = at;
    }
    parts.push(text.slice(start));
    return parts;
  };
}

function pair(before: number, after: number): number {
  return (before << 16) | after;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
