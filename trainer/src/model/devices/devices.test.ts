import "@tensorflow/tfjs-backend-cpu";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UsageError } from "../../bundle/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { isThere, whyNotBuilt } from "../native/addon.ts";
import { cudaProblem, cudaWords } from "./cuda.ts";
import { chosenDevice, openDevice } from "./device.ts";
import { checkProvider } from "./onnx-product.ts";
import { checkProduct } from "./product.ts";
import { loadingError } from "./shared-library.ts";
import { checkTfjsProduct, openTfjs } from "./tfjs.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "devices-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("a device is taken for one that computes", () => {
  /** x · Wᵀ with every number rounded by `round` before */
  const productOf = (round: (value: number) => number) => async (x: Tensor, W: Tensor) => {
    const [a, b] = [x.data.map(round), W.data.map(round)];
    const [k, columns] = W.shape.toReversed();
    return Float32Array.from({ length: x.shape[0] * columns }, (_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      let sum = 0;
      for (let c = 0; c < k; c++) sum = Math.fround(sum + a[i * k + c] * b[j * k + c]);
      return sum;
    });
  };
  const tensorFloat32 = (value: number) => {
    const [bits] = new Uint32Array(Float32Array.of(value).buffer);
    return new Float32Array(Uint32Array.of((bits + 0x1000) & 0xffffe000).buffer)[0];
  };

  test("when its product of two matrices is float32's", async () => {
    await checkProduct(productOf((value) => value));
    await checkProvider("cpu");
    await tf.setBackend("cpu");
    await checkTfjsProduct(tf);
    expect(tf.memory().numTensors).toBe(0);
  });

  test.each([
    ["TensorFloat-32's", tensorFloat32, /off by [1-9]\.\de-4 of its largest number/],
    ["all zeros", () => 0, /off by 1\.0e\+0/],
    ["no numbers", () => NaN, /off by Infinity/],
  ])("not when it is %s", async (_, round, message) => {
    await expect(checkProduct(productOf(round))).rejects.toThrow(message);
  });
});

describe("CUDA is refused, saying what is missing and what brings it,", () => {
  const whatLoads = (missing: Record<string, string>) => (library: string) =>
    Object.entries(missing).find(([name]) => library.endsWith(name))?.[1] ?? null;
  const provider = "libonnxruntime_providers_cuda.so";

  test("on a system that ONNX Runtime has no CUDA for", () => {
    expect(cudaProblem("darwin arm64", dir, whatLoads({}))).toEqual({
      missing: "ONNX Runtime for Node has no CUDA on darwin arm64 (expected linux x64)",
      remedy: "--device webgpu runs on this system's GPU",
    });
  });

  test("without a driver", () => {
    const loads = whatLoads({ "libcuda.so.1": "libcuda.so.1: no such file" });
    expect(cudaProblem("linux x64", dir, loads)).toEqual({
      missing: "no NVIDIA driver (libcuda.so.1: no such file)",
      remedy: "install NVIDIA's driver",
    });
  });

  test("without ONNX Runtime's provider", () => {
    expect(cudaProblem("linux x64", dir, whatLoads({}))).toEqual({
      missing: `there is no ${join(dir, provider)}`,
      remedy: "npm run setup:gpu cuda fetches it",
    });
  });

  test("without a library that the provider needs", () => {
    writeFileSync(join(dir, provider), "");
    const loads = whatLoads({ [provider]: "libcublasLt.so.13: no such file" });
    expect(cudaProblem("linux x64", dir, loads)?.missing).toBe(
      "a library that CUDA is made of is not there (libcublasLt.so.13: no such file)",
    );
  });

  test("and not when all that the loader misses is the provider's host", () => {
    writeFileSync(join(dir, provider), "");
    const loads = whatLoads({ [provider]: "undefined symbol: Provider_GetHost" });
    expect(cudaProblem("linux x64", dir, loads)).toBeNull();
  });
});

test("of ONNX Runtime's words on CUDA, those of CUDA are kept", () => {
  const said =
    "/src/cuda_call.cc:154 CudaCall(ERRTYPE) CUDA failure 35: driver is old ; GPU=-1 ; x";
  expect(cudaWords(said)).toBe("CUDA failure 35: driver is old");
  expect(cudaWords(" a product is off by 1 \n")).toBe("a product is off by 1");
});

describe("tfjs is refused", () => {
  /** A package in the place of tfjs-node-gpu. */
  const installed = (source: string) => {
    const folder = join(dir, "node_modules/@tensorflow/tfjs-node-gpu");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.js"), source);
    return openTfjs(dir);
  };

  test("when it is not installed, saying where it was looked for", async () => {
    const refused = openTfjs(dir);
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(
      `--device tfjs cannot be had: there is no @tensorflow/tfjs-node-gpu in ${dir}; npm run setup:gpu tfjs installs it`,
    );
  });

  test("when its binding cannot be loaded, with the reason", async () => {
    await expect(
      installed('throw new Error("libtensorflow.so.2: gone\\nand more")'),
    ).rejects.toThrow(
      "@tensorflow/tfjs-node-gpu cannot be loaded (libtensorflow.so.2: gone); npm run setup:gpu tfjs installs it anew",
    );
  });

  test("when tfjs took another backend without a word", async () => {
    await expect(installed('exports.getBackend = () => "cpu";')).rejects.toThrow(
      "tfjs took its backend cpu (expected tensorflow)",
    );
  });

  test("when TensorFlow computes on the processor", async () => {
    const backend = '{ isUsingGpuDevice: false, binding: { TF_Version: "2.20.0" } }';
    const refused = installed(
      `exports.getBackend = () => "tensorflow"; exports.backend = () => (${backend});`,
    );
    await expect(refused).rejects.toThrow("TensorFlow 2.20.0 found no GPU");
  });
});

test.runIf(platform() === "linux")("the loader's own words say why a library is not there", () => {
  expect(loadingError("libc.so.6")).toBeNull();
  expect(loadingError("libnowhere.so.7")).toMatch(/^libnowhere\.so\.7: cannot open shared object/);
});

test("auto is native where that has been built, else cpu", async () => {
  expect(chosenDevice("auto")).toBe(isThere() ? "native" : "cpu");
  const name = openDevice("auto").then((device) => device.name);
  if (!isThere()) await expect(name).resolves.toMatch(/^onnxruntime 1\.\d+\.\d+ \(CPU\)$/);
  else if (whyNotBuilt() === null) await expect(name).resolves.toMatch(/^native \(.+\)$/);
  else await expect(name).rejects.toThrow("built from other sources");
});

test("another precision than float32 is refused where it cannot be had", async () => {
  const opening = openDevice("cpu", "bf16x3");
  await expect(opening).rejects.toThrow(UsageError);
  await expect(opening).rejects.toThrow("--precision bf16x3 cannot be had on --device cpu");
});
