import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { include_dir } from "node-api-headers";
import { Failure, messageOf } from "./failure.mjs";

/*
 * `npm run build:native [-- --to DIR] [-- --sanitize]`: compiles trainer/native, and trainer/kernels that it
 * includes, with the system's C compiler.
 * Beside native.node lies build.json, which says what it was built from: trainer/src/model/native/addon.ts
 * loads nothing that was built from other sources.
 */

const run = promisify(execFile);
const folder = join(import.meta.dirname, "../trainer/native");
/** What is compiled or included, as trainer/src/model/native/addon.ts hashes it. */
const sourceFolders = [folder, join(import.meta.dirname, "../trainer/kernels")];

/** The flags of the variants that only some processors run: which one does is decided when the addon is loaded. */
const avx512 = ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mavx2", "-mfma"];
const amx = [...avx512, "-mavx512bf16", "-mamx-tile", "-mamx-bf16"];
/** The training kernels give the same bytes on every instruction set: none may fuse a product with a sum. */
const unfused = "-ffp-contract=off";
/** @type {Record<string, string[]>} */
const variants = {
  "variant-avx2.c": ["-mavx2", "-mfma"],
  "variant-avx512.c": avx512,
  "variant-bf16x3.c": amx,
  "variant-bf16x6.c": amx,
  "training-avx2.c": ["-mavx2", unfused],
  "training-avx512.c": [...avx512, unfused],
  "training-vnni.c": [...avx512, "-mavx512vnni", unfused],
};
/** @type {Record<string, string[]>} */
const everywhere = { "training-generic.c": [unfused] };

const flags = [
  "-O3",
  "-std=gnu11",
  "-fPIC",
  "-fvisibility=hidden",
  "-Wall",
  "-Wextra",
  "-Werror",
].concat(["-fno-math-errno", "-fno-trapping-math", "-pthread", `-I${include_dir}`]);
const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined", "-g"];

/** @returns {Promise<{ command: string, version: string }>} */
async function findCompiler() {
  for (const command of [process.env.CC, "cc", "gcc", "clang"])
    if (command)
      try {
        const { stdout } = await run(command, ["--version"]);
        return { command, version: stdout.split("\n")[0] ?? command };
      } catch {} // not there, or none that understands this: the next may be
  throw new Failure(
    `no C compiler was found (looked for $CC, cc, gcc, clang): install one (Debian, Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc; macOS: xcode-select --install)`,
  );
}

/** @param {string} from */
function sourcesIn(from) {
  return readdirSync(from)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
}

/**
 * @param {string} to
 * @param {string[]} extra
 */
async function build(to, extra) {
  if (process.platform === "win32")
    throw new Failure("the native kernels are written for Linux and macOS: use --device cpu");
  const compiler = await findCompiler();
  const sources = sourcesIn(folder);
  const hash = createHash("sha256");
  for (const from of sourceFolders)
    for (const name of sourcesIn(from)) hash.update(name).update(readFileSync(join(from, name)));
  const objects = mkdtempSync(join(tmpdir(), "native-"));
  try {
    const units = sources.filter(
      (name) => name.endsWith(".c") && (process.arch === "x64" || !(name in variants)),
    );
    const compile = async (/** @type {string} */ name) => {
      const object = join(objects, `${name}.o`);
      const own = [...(variants[name] ?? everywhere[name] ?? []), ...extra];
      await run(compiler.command, [...flags, ...own, "-c", join(folder, name), "-o", object]);
      return object;
    };
    const linked = join(objects, "native.node");
    const link =
      process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
    const made = await Promise.all(units.map(compile));
    await run(compiler.command, [...link, ...extra, ...made, "-pthread", "-lm", "-o", linked]);
    mkdirSync(to, { recursive: true });
    writeFileSync(join(to, "native.node.tmp"), readFileSync(linked));
    renameSync(join(to, "native.node.tmp"), join(to, "native.node"));
    const made_of = { sources_sha256: hash.digest("hex"), compiler: compiler.version };
    writeFileSync(join(to, "build.json"), `${JSON.stringify(made_of, null, 2)}\n`);
  } catch (error) {
    throw new Failure(`${compiler.version} could not compile ${folder}:\n${messageOf(error)}`);
  } finally {
    rmSync(objects, { recursive: true });
  }
  console.log(`Built ${join(to, "native.node")} (${compiler.version})`);
}

const { values } = parseArgs({
  options: {
    to: { type: "string", default: join(folder, "build", `${process.platform}-${process.arch}`) },
    sanitize: { type: "boolean", default: false },
  },
});
try {
  await build(values.to, values.sanitize ? sanitizers : []);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}
