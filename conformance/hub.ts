/**
 * Starts a hub as `npm start` does, with dictionaries trained for it, and runs on it what needs one: the code of
 * docs/interpret.md, the notebooks, and the snippets of its pages.
 * usage: npx tsx conformance/hub.ts     (PYTHON names the interpreter)
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const root = join(import.meta.dirname, "..");
const python = process.env.PYTHON ?? "python3";
const small = {
  d_sae: 512,
  harvest_tokens: 300_000,
  train_tokens: 300_000,
  eval_tokens: 25_600,
  datapoints: 500,
  dashboard_tokens: 60_000,
};
/** one of the commonest kind, and one that says all that a transcoder can */
const dictionaries: Record<string, Record<string, string>> = {
  "small-topk": { architecture: "topk" },
  "small-transcoder": {
    architecture: "jumprelu",
    hook_name: "blocks.2.hook_resid_pre",
    hook_name_out: "blocks.2.hook_mlp_out",
    skip_connection: "true",
  },
};

const folder = mkdtempSync(join(tmpdir(), "conformance-hub-"));
let hub: ChildProcess | undefined;
try {
  const address = await startHub();
  for (const [name, config] of Object.entries(dictionaries)) train(name, config, address);
  const names = Object.keys(dictionaries).map((name) => `stories-2m/${name}`);
  const pages = names.map((name) => `${address}/${name}`);
  const results = [
    command("npx", ["tsx", "conformance/interpret.ts", pages[0], "--compare"]),
    ...pages.slice(1).map((page) => command("npx", ["tsx", "conformance/interpret.ts", page])),
    command("npx", ["tsx", "conformance/snippets.ts", ...pages, `${address}/stories-2m`]),
    command(python, ["conformance/notebooks.py", address, ...names], "notebooks"),
  ];
  if (results.includes(false)) process.exitCode = 1;
} finally {
  hub?.kill("SIGTERM");
  if (hub && hub.exitCode === null) await once(hub, "exit");
  rmSync(folder, { recursive: true });
}

async function startHub(): Promise<string> {
  const flags = ["--data", join(folder, "data"), "--no-open", "--no-train"];
  hub = spawn(process.execPath, ["scripts/start.mjs", ...flags, "--port", `${await freePort()}`], {
    cwd: root,
    // a hub beside it keeps its own pages
    env: { NEXT_DIST_DIR: ".next-conformance", ...process.env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: hub.stdout as NodeJS.ReadableStream })) {
    const [, address] = /^Hub ready at (\S+)/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error("the hub ended before it was ready");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Trains one with little of everything, and sends it. */
function train(name: string, config: Record<string, string>, address: string): void {
  const run = join(folder, name);
  const settings = Object.entries({ ...small, ...config, name });
  const flags = settings.flatMap(([key, value]) => [`--${key}`, `${value}`]);
  for (const args of [
    ["run", run, "--cache", join(folder, "cache"), ...flags],
    ["upload", join(run, "bundle"), "--to", address],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, ["trainer/bin/trainer.mjs", ...args], {
      cwd: root,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`trainer ${args[0]} of ${name}: ${stderr}`);
  }
}

/** Whether it ended well; what it needs and is not there is said by itself, or here. */
function command(program: string, args: string[], needed?: string): boolean {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (!error || !needed) return status === 0;
  console.log(`skipped: ${needed} (${program} cannot be started: ${error.message})`);
  return true;
}
