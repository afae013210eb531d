import { BundleError } from "../bundle/index.ts";

type Piece = { text: string; score: number };

/** Of one token, so that a token has few ways to be put together. */
export const MAX_TOKEN_BYTES = 512;
const SPECIAL = ["<unk>", "<s>", "</s>"];
const FIRST_PIECE = SPECIAL.length + 256;

/**
 * The tokenizer.json of a llama2.c tokenizer.bin, which holds a SentencePiece model: an int32 that nothing here
 * needs, then of each token its score (float32), its length (int32) and its bytes.
 */
export function llama2cTokenizer(bytes: Uint8Array, d_vocab: number, path: string): object {
  const pieces = readPieces(bytes, d_vocab, path);
  const tokens = pieces.map(({ text }, id) => tokenOf(text, id));
  const vocab = new Map(tokens.map((token, id) => [token, id]));
  const twice = tokens.findIndex((token, id) => vocab.get(token) !== id);
  if (twice >= 0)
    throw new BundleError(`${path}: token ${JSON.stringify(tokens[twice])} is there twice`);
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
      pair: [
        { SpecialToken: { id: "<s>", type_id: 0 } },
        { Sequence: { id: "A", type_id: 0 } },
        { SpecialToken: { id: "<s>", type_id: 1 } },
        { Sequence: { id: "B", type_id: 1 } },
      ],
      special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
    },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: "<unk>",
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      vocab: Object.fromEntries(vocab),
      merges: mergesOf(pieces, tokens, vocab),
    },
  };
}

function readPieces(bytes: Uint8Array, d_vocab: number, path: string): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const pieces: Piece[] = [];
  const fail = (what: string): never => {
    throw new BundleError(
      `${path}: tokenizer: token ${pieces.length} of ${d_vocab} ${what} (expected a llama2.c tokenizer.bin)`,
    );
  };
  let at = 4;
  while (pieces.length < d_vocab) {
    if (at + 8 > bytes.length) fail("is missing");
    const score = view.getFloat32(at, true);
    const length = view.getInt32(at + 4, true);
    if (length < 1 || length > MAX_TOKEN_BYTES) fail(`is ${length} bytes long`);
    if (at + 8 + length > bytes.length) fail("is cut off");
    if (!Number.isFinite(score)) fail(`has the score ${score}`);
    try {
      pieces.push({ score, text: utf8.decode(bytes.subarray(at + 8, at + 8 + length)) });
    } catch {
      fail("is not UTF-8");
    }
    at += 8 + length;
  }
  if (at !== bytes.length)
    throw new BundleError(`${path}: tokenizer: ${bytes.length - at} bytes follow its last token`);
  if (d_vocab < FIRST_PIECE)
    throw new BundleError(
      `${path}: ${d_vocab} tokens (expected <unk>, <s>, </s>, 256 bytes and more)`,
    );
  return pieces;
}

/** By their place, as run.c finds them: three special tokens, the bytes, then pieces with ▁ for a space. */
function tokenOf(text: string, id: number): string {
  if (id < SPECIAL.length) return SPECIAL[id];
  const byte = id - SPECIAL.length;
  if (byte < 256) return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  return text.replaceAll(" ", "▁");
}

/**
 * Every way to put a piece together from two others, the best score first, of one score the longest left part
 * first: the list that transformers' converter makes (generate_merges in convert_slow_tokenizer.py).
 */
function mergesOf(
  pieces: Piece[],
  tokens: string[],
  vocab: Map<string, number>,
): [string, string][] {
  const idOf = (token: string) => vocab.get(token) ?? -1;
  const merges = tokens.flatMap((token, id) => {
    if (id < FIRST_PIECE) return [];
    const characters = [...token];
    return characters
      .map((_, at) => [characters.slice(0, at).join(""), characters.slice(at).join("")] as const)
      .map(([left, right], at) => ({ left, right, at, id, score: pieces[id].score }))
      .filter(({ left, right }) => idOf(left) >= FIRST_PIECE && idOf(right) >= FIRST_PIECE)
      .sort((a, b) => idOf(a.left) - idOf(b.left) || idOf(a.right) - idOf(b.right));
  });
  const lengthOf = ({ id }: { id: number }) => [...tokens[id]].length;
  return merges
    .sort((a, b) => b.score - a.score || b.at - a.at || lengthOf(b) - lengthOf(a))
    .map(({ left, right }) => [left, right]);
}
