import { parseArgs } from "node:util";
import { chromium, type Page } from "@playwright/test";
import { encodeColumns } from "../lib/columns.ts";
import { findBrowser } from "../scripts/browser.mjs";
import { Supervisor } from "../scripts/supervisor.mjs";
import { Random } from "../trainer/src/tensor/random.ts";
import { renderers } from "./map-renderers.ts";

/*
 * The map of datapoints or of features while it is panned and zoomed, with invented points in the place of the hub's:
 * milliseconds from frame to frame, and of scripts in each (median / 95th percentile); how many were
 * drawn, and processor time of the page for each, which does not count what else the machine does. Then
 * how long other ways to draw the same would take.
 * Run: npx tsx bench/map.ts http://127.0.0.1:3000/MODEL/DICTIONARY/datapoints [--points 20000,100000]
 *   or: npx tsx bench/map.ts http://127.0.0.1:3000/MODEL/DICTIONARY/features --points 131072
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { points: { type: "string", default: "20000,100000" } },
});
const address = positionals[0];
if (!address)
  throw new Error("which page? The datapoints of a dictionary that trainer umap laid out");

const { executablePath, args, env } = await findBrowser(new Supervisor());
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args,
  env: { ...process.env, ...env } as Record<string, string>,
});
for (const deviceScaleFactor of [1, 2]) {
  const open = async () => {
    const page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      deviceScaleFactor,
    });
    await page.addInitScript("globalThis.__name = (named) => named"); // tsx puts it into functions
    return page;
  };
  for (const points of values.points.split(",").map(Number)) {
    const page = await open();
    await page.addInitScript(watchFrames);
    await page.route("**/*points?*", (route) =>
      route.fulfill({ body: Buffer.from(inventedPoints(points)) }),
    );
    await page.goto(address);
    await page.locator("#map").evaluate((map) => map.scrollIntoView({ behavior: "instant" }));
    const box = await page.locator("#map canvas").boundingBox();
    if (!box) throw new Error("the map is not on the screen");
    const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
    await page.mouse.move(...middle);
    for (const [name, gesture] of [
      ["zoom", (at: number) => page.mouse.wheel(0, at % 80 < 40 ? -30 : 30)],
      ["pan", (at: number) => page.mouse.move(middle[0] + 3 * (at % 60), middle[1] + (at % 45))],
    ] as const) {
      if (name === "pan") await page.mouse.down();
      console.log({ deviceScaleFactor, points, name, ...(await frames(page, gesture)) });
      if (name === "pan") await page.mouse.up();
    }
    await page.close();
  }
  const page = await open();
  await page.goto("about:blank");
  console.log({ deviceScaleFactor, ...(await page.evaluate(renderers, deviceScaleFactor)) });
  await page.close();
}
await browser.close();

type Watched = { frames: number[]; work: number[] };

/** Keeps the time between frames, and what scripts spent in each. */
function watchFrames() {
  const watched: Watched = { frames: [], work: [] };
  (globalThis as unknown as { watched: Watched }).watched = watched;
  const ask = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) =>
    ask((now) => {
      const begun = performance.now();
      callback(now);
      watched.work.push(performance.now() - begun);
    });
  let last = 0;
  const tick = (now: number) => {
    if (last > 0) watched.frames.push(now - last);
    last = now;
    ask(tick);
  };
  ask(tick);
}

async function frames(page: Page, gesture: (at: number) => Promise<void>) {
  const read = () =>
    page.evaluate(() => {
      const { watched } = globalThis as unknown as { watched: Watched };
      return { frames: watched.frames.splice(0), work: watched.work.splice(0) };
    });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const processor = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * (metrics.find((metric) => metric.name === "TaskDuration")?.value ?? 0);
  };
  await read();
  const before = await processor();
  const begun = Date.now();
  for (let at = 0; Date.now() - begun < 4000; at++) await gesture(at);
  const { frames, work } = await read();
  const used = (await processor()) - before;
  return {
    frame: spread(frames),
    work: spread(work),
    drawn: work.length,
    processor: (used / work.length).toFixed(1),
  };
}

/** median and 95th percentile, in ms */
function spread(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.95)}`;
}

/** Clouds of points of various density. */
function inventedPoints(n: number): Uint8Array {
  const random = new Random(0, "map bench");
  const clouds = Array.from({ length: 30 }, () => [random.normal() * 6, random.normal() * 4]);
  const floats = (of: (i: number) => number) => Float32Array.from({ length: n }, (_, i) => of(i));
  const ints = (of: (i: number) => number) => Int32Array.from({ length: n }, (_, i) => of(i));
  const columns = {
    index: ints((i) => i),
    context: ints((i) => i >> 5),
    position: ints((i) => i & 31),
    token_id: ints((i) => i % 500),
    origin: ints(() => 0),
    l0: ints(() => 32),
    ce_diff: floats(() => random.normal()),
    squared_error: floats(() => Math.exp(random.normal())),
    norm_x: floats(() => 10 + random.normal()),
    density: floats(() => Math.exp(random.normal() - 6)),
    max_activation: floats(() => random.next()),
    nearest_cosine: floats(() => random.next()),
    encoder_decoder_cosine: floats(() => random.next()),
    decoder_norm: floats(() => 1),
    umap_x: floats((i) => (clouds[i % 30]?.[0] ?? 0) + random.normal()),
    umap_y: floats((i) => (clouds[i % 30]?.[1] ?? 0) + random.normal()),
  };
  return encodeColumns(columns, { tokens: [] });
}
