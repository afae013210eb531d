import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findBrowser } from "./browser.mjs";
import { prepareBrowserData } from "./browser-data.mjs";
import { build } from "./build.mjs";
import { startHub } from "./hub.mjs";
import { pages, whatToShow } from "./pages.mjs";
import { freePort } from "./ports.mjs";
import { Supervisor } from "./supervisor.mjs";
import { temporaryFolder } from "./temporary-folder.mjs";

/*
 * `npm run screenshots`: every page, narrow and wide, light and dark, into screenshots/, whose index.html
 * shows them all. Without `--hub ADDRESS` of a hub that runs, it starts one with little training.
 */

const views = [390, 1440].flatMap((width) =>
  /** @type {const} */ (["light", "dark"]).map((scheme) => ({ width, scheme })),
);
const distDir = process.env.NEXT_DIST_DIR || ".next-test";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { values } = parseArgs({
  options: {
    hub: { type: "string" },
    out: { type: "string", default: "screenshots" },
    only: { type: "string", multiple: true, default: pages.map(({ name }) => name) },
  },
});
const supervisor = new Supervisor();
supervisor.stopOnSignals("Stopped.", 130);
try {
  await take(values.hub?.replace(/\/$/, "") ?? (await ownHub()));
} finally {
  await supervisor.stop();
}

/** @returns {Promise<string>} the address of a hub with data that ends with this process */
async function ownHub() {
  const { startPostgres } = await import("./postgres.mjs");
  const { migrate } = await import("./migrate.mjs");
  const folder = temporaryFolder();
  supervisor.afterwards(() => rmSync(folder, { recursive: true, force: true }));
  const [data, runs] = [join(folder, "data"), join(folder, "runs")];
  const postgres = await startPostgres(data, { fsync: "off" });
  supervisor.afterwards(postgres.stop);
  await migrate(postgres.url);
  await build(supervisor, distDir);
  const at = { host: "127.0.0.1", port: await freePort(), data, runs, distDir };
  const { address } = await startHub(supervisor, { ...at, databaseUrl: postgres.url });
  console.log("Training something to show");
  await prepareBrowserData(supervisor, folder, address);
  return address;
}

/** @param {string} address */
async function take(address) {
  const { out, only } = values;
  const shown = await whatToShow(address);
  const { chromium } = await import("@playwright/test");
  const { env, ...found } = await findBrowser(supervisor);
  const browser = await chromium.launch({
    ...found,
    ...(env && { env: { ...process.env, ...env } }),
  });
  supervisor.afterwards(() => browser.close());
  mkdirSync(out, { recursive: true });
  const wanted = pages.filter(({ name }) => only.includes(name));
  for (const { width, scheme } of views) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: scheme,
    });
    const page = await context.newPage();
    for (const { name, path } of wanted) {
      await page.goto(address + path(shown), { waitUntil: "networkidle" });
      await page.screenshot({ path: join(out, fileOf(name, width, scheme)), fullPage: true });
      console.log(fileOf(name, width, scheme));
    }
    await context.close();
  }
  writeFileSync(join(out, "index.html"), contactSheet(wanted.map(({ name }) => name)));
  console.log(`All at a glance: ${join(out, "index.html")}`);
}

/**
 * @param {string} name
 * @param {number} width
 * @param {string} scheme
 */
function fileOf(name, width, scheme) {
  return `${name}-${width}-${scheme}.png`;
}

/**
 * All pictures side by side, each a link to itself; what is long is cut.
 * @param {string[]} names
 */
function contactSheet(names) {
  const picture = (/** @type {string} */ file, /** @type {number} */ width) =>
    `<a href="${file}" style="flex:${width}"><img src="${file}" alt="${file}"></a>`;
  const row = (/** @type {string} */ name) =>
    `<h2 id="${name}">${name}</h2><div>${views
      .map(({ width, scheme }) => picture(fileOf(name, width, scheme), width))
      .join("")}</div>`;
  return `<!doctype html><meta charset="utf-8"><title>Every page</title>
<style>
  body { font: 16px system-ui; margin: 1rem; background: #888 }
  div { display: flex; gap: 0.5rem }
  a { max-height: 60vw; overflow: hidden }
  img { width: 100% }
</style>
<nav>${names.map((name) => `<a href="#${name}">${name}</a>`).join(" ")}</nav>
${names.map(row).join("\n")}
`;
}
