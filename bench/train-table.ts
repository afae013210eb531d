import { median } from "./conversation.ts";
import type { Shape } from "./train-shape.ts";

/** What an engine did, and for ours how long each phase of the kernel took in each step. */
export type Timed = { name: string; ms: number; phases: Record<string, number>[] };

/** A shape on so many threads; what was timed, by engine. */
export type Row = { shape: Shape; threads: number; l0: number; timed: Map<string, Timed> };

/** Milliseconds a step. */
export function times(rows: Row[], engines: string[]): string {
  return table(
    ["ms a step", "threads", ...engines],
    rows.map((row) => [
      ...rowName(row),
      ...engines.map((engine) => row.timed.get(engine)?.ms.toFixed(0) ?? ""),
    ]),
  );
}

const peers: Record<string, string[]> = {
  PyTorch: ["dense", "compiled"],
  dictionary_learning: ["dictionary_learning"],
  sparsify: ["sparsify"],
  "by hand": ["smart"],
  "by hand, oneDNN": ["smart_onednn"],
};

/** Our engines' speed, and how many times as long each peer takes; of PyTorch whichever is faster. */
export function ratios(rows: Row[], engines: string[]): string {
  const columns = ["step", "threads", "ours", "tokens/s", "of the peak", "÷ product"];
  return table(
    [...columns, ...Object.keys(peers)],
    rows.flatMap((row) =>
      engines.map((engine) => {
        const of = (name: string) => row.timed.get(name)?.ms ?? Number.NaN;
        const ms = of(engine);
        const fastest = Object.values(peers).map((names) =>
          Math.min(...names.map(of).filter((time) => time > 0)),
        );
        return [
          ...rowName(row),
          engine,
          ((row.shape.batch / ms) * 1e3).toFixed(0),
          `${((of("product") / ms) * 100).toFixed(0)} %`,
          (ms / of("product")).toFixed(2),
          ...fastest.map((time) => (Number.isFinite(time) ? (time / ms).toFixed(1) : "")),
        ];
      }),
    ),
  );
}

/** Milliseconds that each phase of the kernel takes in a step, and what is left for copying in and JavaScript. */
export function parts(rows: Row[], engines: string[]): string {
  const steps = (row: Row, engine: string) => row.timed.get(engine)?.phases ?? [];
  const all = rows.flatMap((row) => engines.flatMap((engine) => steps(row, engine)));
  const phases = [...new Set(all.flatMap((step) => Object.keys(step)))];
  return table(
    ["phase, ms", "threads", "ours", ...phases, "the rest"],
    rows.flatMap((row) =>
      engines.map((engine) => {
        const spent = phases.map((phase) =>
          median(steps(row, engine).map((step) => step[phase] ?? 0)),
        );
        const rest = (row.timed.get(engine)?.ms ?? Number.NaN) - spent.reduce((a, b) => a + b, 0);
        return [...rowName(row), engine, ...[...spent, rest].map((ms) => ms.toFixed(1))];
      }),
    ),
  );
}

function rowName({ shape, threads, l0 }: Row): [string, string] {
  const { architecture, d_in, d_sae, batch } = shape;
  return [`${architecture}, ${d_in} × ${d_sae}, batch ${batch}, l0 ${l0.toFixed(0)}`, `${threads}`];
}

function table(columns: string[], lines: string[][]): string {
  const rule = columns.map(() => "---");
  return [columns, rule, ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
