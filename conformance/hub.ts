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
import { python } from "./python.ts";
import { importSmall, trainer, trainSmall } from "./small.ts";

const root = join(import.meta.dirname, "..");
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
  for (const [name, config] of Object.entries(dictionaries))
    trainer(["upload", trainSmall(folder, name, config), "--to", address]);
  trainer(["upload", importSmall(folder, "small-imported"), "--to", address]);
  const names = [...Object.keys(dictionaries), "small-imported"].map(
    (name) => `stories-2m/${name}`,
  );
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

/** Whether it ended well; what it needs and is not there is said by itself, or here. */
function command(program: string, args: string[], needed?: string): boolean {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (!error || !needed) return status === 0;
  console.log(`skipped: ${needed} (${program} cannot be started: ${error.message})`);
  return true;
}
