import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { Failure, messageOf } from "./failure.mjs";

/** @typedef {{ executablePath?: string, args: string[], env?: Record<string, string> }} Browser */

const args = ["--no-sandbox"]; // a sandbox needs rights that a container seldom gives
const onPath = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * The first browser that starts: the one named in PLAYWRIGHT_CHROMIUM, Playwright's own, the
 * system's, the one that comes with npm; if there is none, Playwright is asked to install its own.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @returns {Promise<Browser>}
 */
export async function findBrowser(supervisor) {
  const named = process.env.PLAYWRIGHT_CHROMIUM;
  /** @type {(() => Promise<Browser>)[]} */
  const ladder = [
    ...(named ? [async () => ({ executablePath: named, args })] : []),
    async () => ({ args }),
    ...systemBrowsers().map((executablePath) => async () => ({ executablePath, args })),
    packagedBrowser,
    () => installedBrowser(supervisor),
  ];
  const reasons = [];
  for (const rung of ladder) {
    try {
      const browser = await rung();
      await launch(browser);
      return browser;
    } catch (error) {
      reasons.push(messageOf(error).split("\n")[0]);
    }
  }
  throw new Failure(`No browser starts here:\n  ${reasons.join("\n  ")}`);
}

/** @param {Browser} browser */
async function launch({ executablePath, args, env }) {
  const { chromium } = await import("@playwright/test");
  const browser = await chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
  await browser.close();
}

function systemBrowsers() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return onPath.flatMap((name) => folders.map((folder) => join(folder, name))).filter(existsSync);
}

/**
 * Chromium out of an npm package, which brings the libraries that a bare machine lacks. It is
 * unpacked once per version into .cache.
 * @returns {Promise<Browser>}
 */
async function packagedBrowser() {
  const manifest = readFileSync("node_modules/@sparticuz/chromium/package.json", "utf8");
  const folder = resolve(".cache", `chromium-${JSON.parse(manifest).version}`);
  const complete = join(folder, "complete");
  if (!existsSync(complete)) rmSync(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });

  const changed = ["TMPDIR", "AWS_LAMBDA_JS_RUNTIME", "LD_LIBRARY_PATH", "FONTCONFIG_PATH"];
  const before = changed.map((name) => process.env[name]);
  try {
    process.env.TMPDIR = folder; // where the package unpacks
    process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs22.x"; // makes it unpack the libraries as well
    const { default: packaged } = await import("@sparticuz/chromium");
    const executablePath = await packaged.executablePath();
    writeFileSync(complete, "");
    const { LD_LIBRARY_PATH = "" } = process.env;
    return { executablePath, args, env: { LD_LIBRARY_PATH, FONTCONFIG_FILE: fontsIn(folder) } };
  } finally {
    for (const [i, name] of changed.entries())
      if (before[i] === undefined) delete process.env[name];
      else process.env[name] = before[i];
  }
}

/**
 * The package's own list of fonts names folders of another machine; without any font, pages crash.
 * @param {string} folder
 * @returns {string} a list that names the fonts that were unpacked, and the system's if it has some
 */
function fontsIn(folder) {
  const file = join(folder, "fonts.conf");
  const folders = [join(folder, "fonts"), "/usr/share/fonts"].map((dir) => `<dir>${dir}</dir>`);
  const cache = `<cachedir>${join(folder, "font-cache")}</cachedir>`;
  writeFileSync(file, `<fontconfig>${folders.join("")}${cache}</fontconfig>`);
  return file;
}

/**
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @returns {Promise<Browser>}
 */
async function installedBrowser(supervisor) {
  const cli = "node_modules/@playwright/test/cli.js";
  const install = [cli, "install", "--with-deps", "--only-shell", "chromium"];
  const { status, output } = await supervisor.run(process.execPath, install);
  if (status !== 0)
    throw new Error(`playwright install failed: ${output.trim().split("\n").at(-1)}`);
  return { args };
}
