import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import { tfjsEngine } from "../tfjs/engine.ts";
import type { Tf } from "../tfjs/ops.ts";
import { refuseTensorFloat32 } from "./cuda.ts";
import { gpuFolder, SETUP, shown } from "./gpu-folder.ts";
import { type OpenDevice, refusal } from "./open-device.ts";
import { checkProduct } from "./product.ts";
import { loadingError } from "./shared-library.ts";

const PACKAGE = "@tensorflow/tfjs-node-gpu";

export type TensorFlow = { tf: Tf; version: string; usesGpu: boolean };

export async function openTfjs(folder = gpuFolder): Promise<OpenDevice> {
  const { tf, version, usesGpu } = loadTensorFlow(folder);
  if (!usesGpu) {
    const driver = loadingError("libcuda.so.1");
    throw refusal(
      "tfjs",
      `TensorFlow ${version} found no GPU${driver ? ` (${driver})` : ""}`,
      driver ? "install NVIDIA's driver" : "trainer devices tfjs shows what it says itself",
    );
  }
  await checkTfjsProduct(tf).catch((error) => {
    throw refusal("tfjs", error.message, "nvidia-smi says whether the driver works");
  });
  const name = `tfjs ${tf.version_core} on TensorFlow ${version} (GPU)`;
  return { name, engine: (input) => tfjsEngine(name, tf, input), tf };
}

/** tfjs on TensorFlow, as `npm run setup:gpu` installed it, whether or not TensorFlow finds a GPU. */
export function loadTensorFlow(folder = gpuFolder): TensorFlow {
  refuseTensorFloat32();
  process.env.TF_CPP_MIN_LOG_LEVEL = "1"; // warnings and errors
  process.env.TF_FORCE_GPU_ALLOW_GROWTH = "true"; // else it takes all of the GPU's memory at once
  supplyOldUtil();
  const tf = requireTfjs(folder);
  const found = tf.getBackend();
  // when a backend cannot be begun, tfjs takes another without a word
  if (found !== "tensorflow")
    throw refusal("tfjs", `tfjs took its backend ${found} (expected tensorflow)`, repairs);
  const backend = tf.backend() as unknown as {
    isUsingGpuDevice: boolean;
    binding: { TF_Version: string };
  };
  return { tf, version: backend.binding.TF_Version, usesGpu: backend.isUsingGpuDevice };
}

const repairs = `${SETUP} tfjs installs it anew`;

function requireTfjs(folder: string): Tf {
  try {
    return createRequire(join(folder, "package.json"))(PACKAGE);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [reason] = message.split("\n");
    throw code === "MODULE_NOT_FOUND"
      ? refusal("tfjs", `there is no ${PACKAGE} in ${shown(folder)}`, `${SETUP} tfjs installs it`)
      : refusal("tfjs", `${PACKAGE} cannot be loaded (${reason})`, repairs);
  }
}

/** Node 23 took away two functions that tfjs-node 4.22.0, the last there is, still calls. */
function supplyOldUtil(): void {
  const old = util as unknown as Record<string, (value: unknown) => boolean>;
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
}

/** A product of two matrices on tfjs' backend, compared with the processor's. */
export function checkTfjsProduct(tf: Tf): Promise<void> {
  return checkProduct(async (x, W) => {
    const [left, right] = [x, W].map(({ data, shape: [m, n] }) => tf.tensor2d(data, [m, n]));
    const y = tf.matMul(left, right, false, true);
    const data = await y.data<"float32">();
    for (const tensor of [left, right, y]) tensor.dispose();
    return data;
  });
}
