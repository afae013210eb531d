import type { Progress, Report } from "../bundle/index.ts";

/** Where progress is shown. */
export type Screen = { write(text: string): void; isTerminal: boolean; columns: number };

/** Milliseconds between two lines: a live one is redrawn, a plain one stays. */
const LIVE = 100;
const PLAIN = 3000;

/** Shows progress: live and redrawn on a terminal, a plain line every few seconds elsewhere. */
export class Display {
  #screen: Screen;
  #now: () => number;
  #stage = "";
  #first = { time: 0, done: 0 };
  #shown = Number.NEGATIVE_INFINITY;
  #isEnded = false;
  /** how many lines are redrawn */
  #live = 0;

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
    const pace = paceCells(progress, this.#first, time);
    const figures = figureCells(progress);
    if (this.#screen.isTerminal) {
      const lines = linesOf(pace, figures, this.#screen.columns - 1, this.#live > 1);
      this.#redraw(lines);
    } else this.#screen.write(`${[...pace, ...figures].join(GAP)}\n`);
  };

  #redraw(lines: string[]): void {
    const up = this.#live > 1 ? `\x1b[${this.#live - 1}A` : "";
    this.#screen.write(`${up}\r\x1b[J${lines.join("\n")}`);
    this.#live = lines.length;
  }

  /** A line that stays. */
  line(text: string): void {
    this.#endLine();
    this.#screen.write(`${text}\n`);
  }

  #endLine(): void {
    if (this.#live > 0) this.#screen.write("\n");
    this.#live = 0;
  }
}

const GAP = "   ";

/** How far and how fast: ["train topk      42 %", "12,300 tokens/s", "1:05 left"] */
function paceCells(
  { stage, done, total, unit }: Progress,
  first: { time: number; done: number },
  time: number,
): string[] {
  const percent = `${Math.floor(total > 0 ? (100 * done) / total : 100)} %`.padStart(5);
  const head = stage.padEnd(15) + percent;
  const rate = ((done - first.done) / (time - first.time)) * 1000;
  if (!(rate > 0 && Number.isFinite(rate))) return [head];
  const left =
    done < total ? `${clock((total - done) / rate)} left` : clock((time - first.time) / 1000);
  return [head, `${amount(rate)} ${unit}/s`, left];
}

/** ["loss 0.31", "l0 32"] */
function figureCells({ values = {} }: Progress): string[] {
  return Object.entries(values).map(([name, value]) => `${name} ${amount(value)}`);
}

/**
 * All in one line where there is room, else the figures below, none of them cut in two; once they stand
 * below they stay there. `room` is less than the columns by one, since text in the last would wrap.
 */
function linesOf(pace: string[], figures: string[], room: number, isTall: boolean): string[] {
  const whole = [...pace, ...figures].join(GAP);
  if (!isTall && whole.length <= room) return [whole];
  const lines = [pace.join(GAP)];
  for (const figure of figures) {
    const line = lines[lines.length - 1];
    if (lines.length > 1 && line.length + GAP.length + figure.length <= room)
      lines[lines.length - 1] = line + GAP + figure;
    else lines.push(`  ${figure}`);
  }
  return lines.map((line) => line.slice(0, room));
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
