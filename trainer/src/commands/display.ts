import type { Progress, Report } from "../bundle/index.ts";

/** Where progress is shown. */
export type Screen = { write(text: string): void; isTerminal: boolean; columns: number };

/** Milliseconds between two lines: a live one is redrawn, a plain one stays. */
const LIVE = 100;
const PLAIN = 3000;

/** Shows progress: one live line per stage on a terminal, a plain line every few seconds elsewhere. */
export class Display {
  #screen: Screen;
  #now: () => number;
  #stage = "";
  #first = { time: 0, done: 0 };
  #shown = Number.NEGATIVE_INFINITY;
  #isEnded = false;
  #isLive = false;

  constructor(screen: Screen, now: () => number = Date.now) {
    this.#screen = screen;
    this.#now = now;
  }

  report: Report = (progress) => {
    const time = this.#now();
    const stage = `${progress.stage} ${progress.unit}`;
    if (stage !== this.#stage) {
      this.#endLine();
      this.#stage = stage;
      this.#first = { time, done: progress.done };
      this.#shown = Number.NEGATIVE_INFINITY;
      this.#isEnded = false;
    }
    const due = time - this.#shown >= (this.#screen.isTerminal ? LIVE : PLAIN);
    const ends = progress.done >= progress.total && !this.#isEnded;
    if (!due && !ends) return;
    this.#isEnded ||= ends;
    this.#shown = time;
    const text = progressLine(progress, this.#first, time);
    if (this.#screen.isTerminal) {
      this.#screen.write(`\r\x1b[K${text.slice(0, this.#screen.columns - 1)}`);
      this.#isLive = true;
    } else this.#screen.write(`${text}\n`);
  };

  /** A line that stays. */
  line(text: string): void {
    this.#endLine();
    this.#screen.write(`${text}\n`);
  }

  #endLine(): void {
    if (this.#isLive) this.#screen.write("\n");
    this.#isLive = false;
  }
}

/** "train topk   42 %   12,300 tokens/s   1:05 left   loss 0.31   l0 32" */
function progressLine(
  { stage, done, total, unit, values = {} }: Progress,
  first: { time: number; done: number },
  time: number,
): string {
  const rate = ((done - first.done) / (time - first.time)) * 1000;
  const pace =
    rate > 0 && Number.isFinite(rate)
      ? [
          `${amount(rate)} ${unit}/s`,
          done < total
            ? `${clock((total - done) / rate)} left`
            : `${clock((time - first.time) / 1000)}`,
        ]
      : [];
  const percent = `${Math.floor(total > 0 ? (100 * done) / total : 100)} %`.padStart(5);
  const figures = Object.entries(values).map(([name, value]) => `${name} ${amount(value)}`);
  return [stage.padEnd(15) + percent, ...pace, ...figures].join("   ");
}

/** Three or so digits that matter. */
function amount(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

function clock(seconds: number): string {
  const s = Math.ceil(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}
