import { mkdirSync, renameSync } from "node:fs";
import { join, resolve } from "node:path";
import { include_dir } from "node-api-headers";
import { Failure, messageOf } from "../failure.mjs";
import { command } from "./command.mjs";
import { fetchListed, gpu } from "./wheels.mjs";

/** @typedef {import("../supervisor.mjs").Supervisor} Supervisor */

const folder = join(gpu, "node_modules/@tensorflow/tfjs-node-gpu");

/**
 * tfjs-node-gpu's own install script brings TensorFlow 2.9.1 for CUDA 11.2, from before today's GPUs. So its binding
 * is compiled against a TensorFlow of today; the script is what remains where that cannot be.
 * @param {Supervisor} supervisor
 */
export async function setUpTfjs(supervisor) {
  const install = ["npm", "ci", "--ignore-scripts"];
  await command(supervisor, "Installing tfjs-node-gpu", install, { cwd: gpu, seconds: 900 });
  try {
    if (process.platform !== "linux" || process.arch !== "x64")
      throw new Failure("TensorFlow's wheels with CUDA are for Linux on x64 alone");
    await fetchListed(supervisor, "tensorflow", "tensorflow");
    await compileBinding(supervisor, resolve(gpu, "tensorflow/tensorflow"));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.log(messageOf(error));
    await ownScript(supervisor).catch((second) => {
      if (!(second instanceof Failure)) throw second;
      throw new Failure(`${messageOf(error)};\n${messageOf(second)}`);
    });
  }
}

/** @param {Supervisor} supervisor */
async function ownScript(supervisor) {
  const words = ["npm", "run", "install"];
  const options = { cwd: folder, seconds: 900 };
  await command(supervisor, "Running tfjs-node-gpu's own install script instead", words, options);
}

/**
 * @param {Supervisor} supervisor
 * @param {string} tensorflow where its libraries and include/ are; they find NVIDIA's in ../nvidia
 */
async function compileBinding(supervisor, tensorflow) {
  const to = join(folder, "lib/napi-v8");
  mkdirSync(to, { recursive: true });
  const built = join(to, "tfjs_binding.node");
  const libraries = ["cc", "framework"].map((name) => `-l:libtensorflow_${name}.so.2`);
  const include = [include_dir, folder, join(tensorflow, "include")].map((dir) => `-I${dir}`);
  const sources = ["tfjs_backend.cc", "tfjs_binding.cc"].map((name) =>
    join(folder, "binding", name),
  );
  const flags = ["-std=c++17", "-O2", "-fPIC", "-shared", "-DNAPI_VERSION=8"];
  const link = [`-L${tensorflow}`, ...libraries, `-Wl,-rpath,${tensorflow}`];
  const compiler = process.env.CXX || "c++";
  const words = [compiler, ...flags, ...include, ...sources, ...link, "-o", `${built}.partial`];
  await command(supervisor, "Compiling its binding to TensorFlow", words, { seconds: 300 });
  renameSync(`${built}.partial`, built);
}
