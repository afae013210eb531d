import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type LineBatch, MAX_LINES, type ReportedLine, reportedLine } from "./live-run.ts";
import { Pace } from "./pace.ts";

/** Bytes read at a time; a line takes a few hundred. */
const BLOCK = 2 ** 18;
const TAIL = 2 ** 13;
const NEWLINE = 10;

/**
 * Follows training.jsonl while it grows, for whoever tells its lines to a hub. The file itself is the
 * buffer: a line is read when it can be told, and again when telling it has failed.
 */
export class LogFollower {
  readonly #path: string;
  readonly #pace = new Pace();
  /** the step of the last line that the hub has */
  #told: number;
  /** bytes of the lines that the hub has, in the file of this inode */
  #offset = 0;
  #inode: number | null = null;
  #isCompared = false;

  constructor(path: string, told: number) {
    this.#path = path;
    this.#told = told;
  }

  /**
   * The next lines, or null when there are none; they count as told once `took` is called. A file that
   * is another one, as when a run goes on from its checkpoint, takes back the lines that it lacks.
   */
  async next(): Promise<{ batch: LineBatch; took(): void } | null> {
    const file = await open(this.#path).catch(nullIfMissing);
    if (!file) return null;
    try {
      const stat = await file.stat();
      this.#recognise(stat);
      await this.#look(file, stat);
      const { after, lines, offset } = await this.#read(file);
      const took = () => {
        this.#told = lines.at(-1)?.step ?? after;
        this.#offset = offset;
        this.#isCompared = true;
      };
      if (lines.length > 0 || after < this.#told) return { batch: { after, lines }, took };
      took();
      return null;
    } finally {
      await file.close();
    }
  }

  #recognise({ ino, size }: Stats): void {
    if (ino === this.#inode && size >= this.#offset) return;
    this.#inode = ino;
    this.#offset = 0;
    this.#isCompared = false;
    this.#pace.forget();
  }

  /** Looks how far the training is, whether or not its lines can be told now. */
  async #look(file: FileHandle, { size, mtimeMs }: Stats): Promise<void> {
    const start = Math.max(0, size - TAIL);
    const bytes = await readUpTo(file, start, TAIL);
    const end = bytes.lastIndexOf(NEWLINE);
    const last = parseLine(bytes.subarray(bytes.lastIndexOf(NEWLINE, end - 1) + 1, end));
    if (last) this.#pace.add(last.tokens, mtimeMs);
  }

  /** Lines after those that the hub has; `after` is less than it has when the file lacks some. */
  async #read(file: FileHandle) {
    const lines: ReportedLine[] = [];
    let after = this.#isCompared ? this.#told : 0;
    let offset = this.#offset;
    for (;;) {
      const bytes = await readUpTo(file, offset, BLOCK);
      let at = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
        const line = parseLine(bytes.subarray(at, end));
        if (line && line.step <= this.#told) after = line.step;
        else if (line) lines.push({ ...line, tokens_per_second: this.#pace.at(line.tokens) });
        at = end + 1;
        if (lines.length === MAX_LINES) return { after, lines, offset: offset + at };
      }
      offset += at;
      if (bytes.length < BLOCK || at === 0) return { after, lines, offset };
    }
  }
}

/** A line that is no such line is passed over: a chart can do without it. */
function parseLine(bytes: Uint8Array): ReportedLine | null {
  try {
    return reportedLine.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return null;
  }
}

async function readUpTo(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
