import "server-only";
import { type ChildProcess, fork } from "node:child_process";
import type { LiveAnswers, LiveRefusal, LiveRequest } from "trainer/bundle";
import { HttpError } from "../http.ts";

export type LiveOptions = {
  /** the program that answers, and its arguments */
  program: string;
  args: string[];
  /** how long one request may take once its turn has come; then the process is killed */
  seconds: number;
  /** how many may wait beside the one at hand */
  most_waiting: number;
  /** after so long without a request the process ends, and gives its memory back */
  idle_seconds: number;
};

type Answer = LiveAnswers[keyof LiveAnswers];
type Message = { id: number; answer?: Answer; refusal?: LiveRefusal };
type Asked = {
  id: number;
  request: LiveRequest;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
};

const statuses = { not_installed: 503, request: 422, bundle: 422, bug: 500 } as const;

/** How much what took last counts in the guess of what the next will take. */
const RECENT = 0.3;

/**
 * A process that computes, begun when it is first asked something and asked one thing at a time, in order. It
 * can be slow, run out of memory or crash: the web server goes on, and the next request starts another.
 */
export class LiveProcess {
  #options: LiveOptions;
  #child: ChildProcess | null = null;
  #current: Asked | null = null;
  #waiting: Asked[] = [];
  #asked = 0;
  /** seconds */
  #usual = 1;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** An answer, or an HttpError that says why there is none; who leaves before their turn is not computed for. */
  ask<R extends LiveRequest>(request: R, signal?: AbortSignal): Promise<LiveAnswers[R["kind"]]> {
    const { most_waiting } = this.#options;
    if (this.#waiting.length >= most_waiting) {
      const seconds = Math.ceil((this.#waiting.length + 1) * this.#usual);
      throw new HttpError(
        429,
        `${this.#waiting.length + 1} texts are being computed or wait for it already; try again in ${seconds} s`,
        { "Retry-After": String(seconds) },
      );
    }
    return new Promise((resolve, reject) => {
      const asked: Asked = {
        id: this.#asked++,
        request,
        resolve: resolve as Asked["resolve"],
        reject,
      };
      this.#waiting.push(asked);
      signal?.addEventListener("abort", () => this.#leave(asked), { once: true });
      this.#next();
    });
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
  }

  #leave(asked: Asked): void {
    const at = this.#waiting.indexOf(asked);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    asked.reject(new HttpError(499, "whoever asked has left"));
  }

  #next(): void {
    if (this.#current) return;
    const asked = this.#waiting.shift();
    clearTimeout(this.#idle);
    if (!asked) {
      this.#idle = setTimeout(() => this.stop(), 1000 * this.#options.idle_seconds);
      this.#idle.unref();
      return;
    }
    this.#current = asked;
    void this.#answer(asked)
      .then(asked.resolve, asked.reject)
      .finally(() => {
        this.#current = null;
        this.#next();
      });
  }

  async #answer({ id, request }: Asked): Promise<Answer> {
    const begun = performance.now();
    const { seconds } = this.#options;
    const child = this.#child ?? this.#start();
    // it holds this process open for as long as somebody waits, and no longer
    child.ref();
    child.channel?.ref();
    const end = new AbortController();
    try {
      const { answer, refusal } = await new Promise<Message>((resolve, reject) => {
        const listen = { signal: end.signal };
        const timer = setTimeout(() => {
          child.kill("SIGKILL");
          reject(
            new HttpError(
              504,
              `it took longer than ${seconds} s and was stopped; try a shorter text`,
            ),
          );
        }, 1000 * seconds);
        listen.signal.addEventListener("abort", () => clearTimeout(timer));
        const onMessage = (message: Message) => message.id === id && resolve(message);
        const onExit = () =>
          reject(new HttpError(500, "what computes texts has crashed; the hub's log may say why"));
        child.on("message", onMessage).on("exit", onExit);
        listen.signal.addEventListener("abort", () => {
          child.off("message", onMessage).off("exit", onExit);
        });
        child.send({ id, request }, (error) => error && onExit());
      });
      if (answer) return answer;
      const { why, message } = refusal as LiveRefusal;
      throw new HttpError(
        statuses[why],
        why === "bug" ? "something went wrong in the hub; its log says what" : message,
      );
    } finally {
      end.abort();
      child.unref();
      child.channel?.unref();
      this.#usual += RECENT * ((performance.now() - begun) / 1000 - this.#usual);
    }
  }

  #start(): ChildProcess {
    const { program, args } = this.#options;
    const child = fork(program, args, {
      execArgv: [],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    child.on("error", (error) => console.error(`${program}: ${error.message}`));
    child.once("exit", () => {
      if (this.#child === child) this.#child = null;
    });
    this.#child = child;
    return child;
  }
}
