import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A process that answers a line for each line it is sent. */
export type Conversation = {
  line(): Promise<string>;
  say(text: string): void;
  /** nothing more will be said; what it still has to say can be read */
  end(): void;
};

/** Starts a process; its errors are shown. `threads` is what OpenMP and OpenBLAS take. */
export function converse(command: string, words: string[], threads: number): Conversation {
  const env = { ...process.env, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
  const child = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async line() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`this ended early: ${command} ${words.join(" ")}`);
      return value;
    },
    say: (text) => child.stdin.write(`${text}\n`),
    end: () => child.stdin.end(),
  };
}

/** The command and first words that run one of our scripts. */
export function ourScript(file: string): [command: string, words: string[]] {
  return [process.execPath, ["--import", "tsx", new URL(file, import.meta.url).pathname]];
}

export function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
