import { metrics } from "../../bundle/index.ts";
import { type Line, type Panel, type Point, panels, paretoLines, spread } from "./pareto-lines.ts";
import type { SweepResult } from "./results.ts";

/** Okabe and Ito's colours, which those who see few colours can tell apart, and dark enough, or light enough. */
const light = ["#0072b2", "#c04a00", "#007a5a", "#a2467f", "#8a6d00", "#444444"];
const dark = ["#56b4e9", "#ff9040", "#2fd0a0", "#e79cc4", "#f0e442", "#bbbbbb"];

/** Of lines, width after width. */
const dashes = ["none", "7 3", "2 3", "9 3 2 3"];

const WIDTH = 500;
const HEIGHT = 300;
const margin = { top: 34, right: 130, bottom: 44, left: 58 };

/** L0 against FVU and CE loss recovered, a row of two plots for each hook: a file of its own, for light and dark pages. */
export function paretoSvg(results: SweepResult[]): string {
  const hooks = [...new Set(results.map(placeOf))];
  const drawn = hooks.flatMap((hook, row) =>
    panels.map((panel, column) => {
      const found = results.filter((result) => placeOf(result) === hook && result.metrics);
      const plot = drawPanel(paretoLines(found, panel), panel, hook);
      return `<g transform="translate(${column * WIDTH},${row * HEIGHT})">${plot}</g>`;
    }),
  );
  const [width, height] = [panels.length * WIDTH, Math.max(1, hooks.length) * HEIGHT];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>L0 against FVU and CE loss recovered</title>
<style>${css()}</style>
<rect class="page" width="${width}" height="${height}"/>
${drawn.join("\n")}
</svg>
`;
}

function placeOf({ hook_name, hook_name_out }: SweepResult): string {
  return hook_name_out === null ? hook_name : `${hook_name} → ${hook_name_out}`;
}

function drawPanel(lines: Line[], { metric, better }: Panel, hook: string): string {
  const points = lines.flatMap((line) => line.points);
  const x = scale(
    points.map((point) => Math.log10(Math.max(point.x, 0.1))),
    margin.left,
    WIDTH - margin.right,
  );
  const y = scale(
    points.map((point) => point.y),
    HEIGHT - margin.bottom,
    margin.top,
  );
  const at = (point: Point) => [x.to(Math.log10(Math.max(point.x, 0.1))), y.to(point.y)].map(round);
  const { title } = metrics[metric];
  const ends = lines.map(({ points }) => at(points[points.length - 1])[1]);
  const gap = Math.min(14, (HEIGHT - margin.top - 10) / Math.max(1, lines.length));
  const labels = spread(ends, gap, HEIGHT - 10).map(round);
  return [
    `<text class="title" x="${margin.left}" y="18">${escaped(hook)}</text>`,
    axisLeft(y, `${title} (${better} is better)`),
    axisBottom(x, points),
    ...lines.map((line, i) => drawLine(line, line.points.map(at), labels[i])),
  ].join("\n");
}

/** A line, its dictionaries, and its name in the margin. */
function drawLine(
  { label, color, dash, points }: Line,
  places: number[][],
  labelY: number,
): string {
  const [endX, endY] = places[places.length - 1];
  const left = WIDTH - margin.right + 12;
  return [
    `<g class="c${color % light.length} d${dash % dashes.length}">`,
    `<polyline points="${places.map((place) => place.join(",")).join(" ")}"/>`,
    `<line class="leader" x1="${endX + 5}" y1="${endY}" x2="${left - 3}" y2="${labelY}"/>`,
    ...points.map((point, i) => drawPoint(point, places[i])),
    `<text x="${left}" y="${labelY + 4}">${escaped(label)}</text>`,
    "</g>",
  ].join("");
}

function drawPoint({ about, isBest }: Point, [cx, cy]: number[]): string {
  return `<circle class="${isBest ? "best" : "beaten"}" cx="${cx}" cy="${cy}" r="4"><title>${escaped(about)}</title></circle>`;
}

type Scale = { least: number; most: number; to(value: number): number };

/** What maps the values' range, a little widened, to [from, to]. */
function scale(values: number[], from: number, to: number): Scale {
  const [low, high] = values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  const [least, most] = [low - room, high + room];
  return { least, most, to: (value) => from + ((value - least) / (most - least)) * (to - from) };
}

function axisLeft({ least, most, to }: Scale, title: string): string {
  const step = niceStep((most - least) / 4);
  const first = Math.ceil(least / step);
  const ticks = Array.from(
    { length: Math.floor(most / step) - first + 1 },
    (_, i) => (first + i) * step,
  );
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const [left, right] = [margin.left, WIDTH - margin.right];
  const marks = ticks.map((value) => {
    const at = round(to(value));
    return `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text class="tick" text-anchor="end" x="${left - 6}" y="${at + 4}">${value.toFixed(digits)}</text>`;
  });
  const middle = (margin.top + HEIGHT - margin.bottom) / 2;
  return `${marks.join("")}<text text-anchor="middle" transform="translate(14,${middle}) rotate(-90)">${escaped(title)}</text>`;
}

/** Ticks at 1, 2, 5, 10, … as far as they lie in the range, else at the points. */
function axisBottom({ least, most, to }: Scale, points: Point[]): string {
  const round125 = [-1, 0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
  const inside = round125.filter(
    (value) => Math.log10(value) >= least && Math.log10(value) <= most,
  );
  const values = inside.length > 1 ? inside : [...new Set(points.map(({ x }) => x))].slice(0, 4);
  const bottom = HEIGHT - margin.bottom;
  const marks = values.map((value) => {
    const at = round(to(Math.log10(Math.max(value, 0.1))));
    return `<line class="axis" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 4}"/><text class="tick" text-anchor="middle" x="${at}" y="${bottom + 17}">${Number(value.toPrecision(3))}</text>`;
  });
  const [left, right] = [margin.left, WIDTH - margin.right];
  return `<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${marks.join("")}<text text-anchor="middle" x="${(left + right) / 2}" y="${bottom + 36}">L0 (filled: no other is better at both)</text>`;
}

/** 1, 2 or 5 times a power of ten */
function niceStep(about: number): number {
  const power = 10 ** Math.floor(Math.log10(about));
  return power * ([1, 2, 5].find((n) => n * power >= about) ?? 10);
}

function css(): string {
  const colors = (palette: string[]) => palette.map((color, i) => `.c${i}{--c:${color}}`).join("");
  const dashed = dashes.map((dash, i) => `.d${i} polyline{stroke-dasharray:${dash}}`).join("");
  return `svg{--page:#fff;--ink:#222;--grid:#e4e4e4;font:12px system-ui,sans-serif}${colors(light)}
@media(prefers-color-scheme:dark){svg{--page:#16181c;--ink:#ddd;--grid:#34383f}${colors(dark)}}
.page{fill:var(--page)}text{fill:var(--c,var(--ink))}.title{font-weight:600}.tick{font-size:11px}
.grid{stroke:var(--grid)}.axis{stroke:var(--ink)}polyline{fill:none;stroke:var(--c);stroke-width:1.5}
.best{fill:var(--c);stroke:var(--c)}.beaten{fill:var(--page);stroke:var(--c);stroke-width:1.5}
.leader{stroke:var(--c);stroke-width:.5;opacity:.5}${dashed}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
