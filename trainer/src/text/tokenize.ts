import { type Report, UsageError } from "../bundle/index.ts";
import { CorpusLog } from "./corpus/corpus-log.ts";
import { type CorpusOptions, readCorpus } from "./corpus/read-corpus.ts";
import type { TokenHeader } from "./token-file.ts";
import { TokenWriter } from "./token-writer.ts";
import type { Tokenizer } from "./tokenizer.ts";

export type TokenizeOptions = CorpusOptions & {
  corpus_id: string;
  source: string | null;
  context_size: number;
  max_tokens: number | null;
  held_out_fraction: number;
};

export type TokenizeWork = {
  report: Report;
  signal?: AbortSignal;
  say?: (line: string) => void;
  /** tokens after which progress is saved; nothing that is written depends on it */
  save_tokens?: number;
};

/** A second or so of work. */
const SAVE_TOKENS = 2 ** 20;

/**
 * Texts → a folder of token ids: every document with the model's first token before it, those held
 * out apart from the others, each side cut into contexts of `context_size`. What was broken off goes
 * on: documents that were written are read and hashed again, but not tokenized again.
 */
export async function tokenize(
  dir: string,
  tokenizer: Tokenizer,
  options: TokenizeOptions,
  { report, signal, say, save_tokens = SAVE_TOKENS }: TokenizeWork,
): Promise<TokenHeader> {
  const { d_vocab, bos_id, special_ids, sha256: tokenizer_sha256 } = tokenizer;
  const { files, corpus_id: id, source, context_size } = options;
  const limit = options.max_tokens ?? Number.POSITIVE_INFINITY;
  const { pieces, position, skipped } = readCorpus(options);
  const writer = new TokenWriter(dir, madeOf(options, tokenizer), { context_size, d_vocab });
  if (writer.startsAnew)
    say?.(`${dir}: was begun with another text or other settings; it is begun anew`);
  const log = new CorpusLog(options.held_out_fraction);
  const before = writer.begun?.pieces ?? 0;
  let saved = writer.tokens.all;
  const show = progress(options, report);
  try {
    for await (const piece of pieces) {
      signal?.throwIfAborted();
      const isHeldOut = log.isHeldOut(piece);
      if (log.pieces >= before) {
        const continues = piece.part === "next";
        const ids = tokenizer.encode(piece.text, { continues });
        if (!continues) ids.unshift(bos_id);
        writer.write(ids.slice(0, limit - writer.tokens.all), isHeldOut);
      }
      log.add(piece);
      if (log.pieces === before && log.sha256 !== writer.begun?.sha256) throw changed(dir);
      if (writer.tokens.all >= saved + save_tokens) {
        writer.save(log);
        saved = writer.tokens.all;
      }
      // of what has been read, a part still waits to be shuffled
      show((position.bytes * log.characters) / position.characters, writer.tokens.all);
      if (writer.tokens.all >= limit && log.pieces >= before) break;
    }
    if (log.pieces < before) throw changed(dir);
  } catch (error) {
    if (log.pieces > before) writer.save(log);
    if (log.pieces > before || writer.begun) writer.close();
    else writer.abandon();
    throw error;
  }
  const lack = shortage(options, log, writer.tokens);
  if (lack) {
    writer.abandon();
    const left = `${skipped.empty} empty and ${skipped.binary} binary documents were left out`;
    throw new UsageError(`${names(files)}: ${lack} (${left})`);
  }
  const { held_out, training } = log.documents;
  return writer.finish(log, {
    bos_id,
    special_ids,
    tokenizer_sha256,
    corpus: {
      id,
      source,
      files: files.slice(0, position.files).map(({ name, bytes }) => ({ name, bytes })),
      sha256: log.sha256,
      documents: held_out + training,
      held_out_documents: held_out,
      skipped,
    },
  });
}

/** All that the tokens depend on, as one line. */
function madeOf({ files, ...options }: TokenizeOptions, { sha256, bos_id }: Tokenizer): string {
  const sources = files.map(({ name, bytes }) => [name, bytes]);
  return JSON.stringify({ tokenizer: sha256, bos_id, ...options, files: sources });
}

function changed(dir: string): UsageError {
  return new UsageError(
    `${dir}: the text is no longer the one that tokenizing began with; remove the folder to begin anew`,
  );
}

/** What is missing for a training and its measures, or null. */
function shortage(
  { context_size, held_out_fraction }: TokenizeOptions,
  { documents }: CorpusLog,
  tokens: TokenWriter["tokens"],
): string | null {
  const context = `fewer than one context of ${context_size}`;
  if (documents.held_out + documents.training === 0) return "no document to tokenize";
  if (tokens.training < context_size)
    return `${documents.training} documents to train on give ${tokens.training} tokens, ${context}: give more text, or lower context_size`;
  if (tokens.held_out < context_size)
    return `${documents.held_out} held-out documents give ${tokens.held_out} tokens, ${context}: give more text, or raise held_out_fraction (${held_out_fraction})`;
  return null;
}

function names(files: TokenizeOptions["files"]): string {
  const [first, ...rest] = files.map(({ name }) => name);
  return rest.length > 2 ? `${first} and ${rest.length} more` : [first, ...rest].join(", ");
}

/** Progress goes by bytes: all there are, or as many as `max_tokens` look like taking. */
function progress({ files, max_tokens }: TokenizeOptions, report: Report) {
  const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
  return (bytes: number, tokens: number) => {
    const needed = max_tokens !== null && tokens > 0 ? (bytes * max_tokens) / tokens : all;
    const total = Math.round(Math.min(all, needed));
    const done = Math.min(Math.round(bytes), total);
    report({ stage: "tokenize", done, total, unit: "bytes", values: { tokens } });
  };
}
