import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure, messageOf } from "../failure.mjs";
import { command } from "./command.mjs";
import { loadingError } from "./loader.mjs";
import { fetchListed, fetchWheels, gpu } from "./wheels.mjs";

/** @typedef {import("../supervisor.mjs").Supervisor} Supervisor */

const runtime = "node_modules/onnxruntime-node";
const files = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"];
const folder = join(runtime, "bin/napi-v6/linux/x64");
const provider = join(folder, "libonnxruntime_providers_cuda.so");

/**
 * ONNX Runtime's CUDA provider, and NVIDIA's libraries where the system's loader finds none.
 * @param {Supervisor} supervisor
 */
export async function setUpCuda(supervisor) {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Failure("ONNX Runtime for Node has CUDA for Linux on x64 alone");
  if (!existsSync(provider)) await fetchProvider(supervisor);
  if (!/cannot open shared object/.test(loadingError(provider) ?? "")) return;
  const version = readFileSync(provider).includes("libcublasLt.so.13") ? 13 : 12;
  await fetchListed(supervisor, `cuda${version}`, "cuda");
}

/**
 * By ONNX Runtime's own install script (for CUDA 12); where that fails, out of the wheel of the same version (CUDA 13).
 * @param {Supervisor} supervisor
 */
async function fetchProvider(supervisor) {
  const what = "Running ONNX Runtime's own install script";
  const script = [process.execPath, "script/install.js", "--onnxruntime-node-install"];
  try {
    await command(supervisor, what, script, { cwd: runtime, seconds: 1800 });
    if (existsSync(provider)) return;
    throw new Failure(`${what}: it brought no ${provider}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.log(`${messageOf(error)}\nThe provider is taken out of the wheel instead`);
  }
  const { version } = JSON.parse(readFileSync(join(runtime, "package.json"), "utf8"));
  const partial = join(gpu, "onnxruntime.partial");
  try {
    await fetchWheels(supervisor, [`onnxruntime-gpu==${version}`], partial);
    for (const file of files)
      renameSync(join(partial, "onnxruntime/capi", file), join(folder, file));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
