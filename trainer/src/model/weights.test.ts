import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BundleError } from "../bundle/errors.ts";
import type { Progress } from "../bundle/progress.ts";
import { readSafetensors, type StoredArray, writeSafetensors } from "../tensor/safetensors.ts";
import { openModel } from "./open-model.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/model");
const gain = "gpt_neox.layers.1.input_layernorm.weight";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "model-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const start = (name: string) => cpSync(join(fixtures, name), dir, { recursive: true });
const single = () => join(dir, "model.safetensors");
const indexPath = () => join(dir, "model.safetensors.index.json");

type Tensors = Record<string, StoredArray>;

/** Rewrites the only file in float32, changed. */
function change(edit: (tensors: Tensors) => void): void {
  const file = readSafetensors(single());
  const tensors: Tensors = Object.fromEntries(file.names.map((n) => [n, file.tensor(n)]));
  file.close();
  edit(tensors);
  writeSafetensors(single(), tensors);
}

function changeIndex(edit: (weight_map: Record<string, string>) => void): void {
  const index = JSON.parse(readFileSync(indexPath(), "utf8"));
  edit(index.weight_map);
  writeFileSync(indexPath(), JSON.stringify(index));
}

async function expectRefusal(...messages: string[]): Promise<void> {
  const opening = openModel(dir);
  await expect(opening).rejects.toThrow(BundleError);
  for (const message of messages) await expect(opening).rejects.toThrow(message);
}

describe("a file is refused, naming the tensor, for", () => {
  test.each<[string, (tensors: Tensors) => void, string]>([
    ["a missing tensor", (t) => delete t[gain], `${gain} is missing (expected [60])`],
    [
      "a tensor of another shape",
      (t) => {
        t[gain] = { shape: [59], data: new Float32Array(59) };
      },
      `${gain} has shape [59] (expected [60])`,
    ],
    [
      "a tensor that is not of floats",
      (t) => {
        t[gain] = { shape: [60], data: new Int32Array(60) };
      },
      `${gain} has dtype I32 (expected F32, F16 or BF16)`,
    ],
    [
      "a tensor of another model",
      (t) => {
        t["gpt_neox.layers.3.input_layernorm.weight"] = t[gain];
      },
      "gpt_neox.layers.3.input_layernorm.weight [60] has no place",
    ],
    [
      "a tensor that is there with the prefix and without",
      (t) => {
        t[gain.replace("gpt_neox.", "")] = t[gain];
      },
      "layers.1.input_layernorm.weight is there twice",
    ],
  ])("%s", async (_, edit, message) => {
    start("tiny-parallel");
    change(edit);
    await expectRefusal(dir, message);
  });

  const last = "model.layers.1.mlp.down_proj.weight";
  test.each<[string, string, number[], string]>([
    ["tiny-mistral", last, [0, 0, 0xc0, 0x7f], "NaN"],
    ["tiny-mistral", last, [0, 0, 0x80, 0xff], "-Infinity"],
    ["tiny-llama", last, [0x80, 0x7f], "Infinity"],
    ["tiny-llama", last, [0x81, 0xff], "NaN"],
    ["tiny-qwen2", "model.norm.weight", [0x00, 0xfc], "-Infinity"],
    ["tiny-qwen2", "model.norm.weight", [0x01, 0x7c], "NaN"],
  ])("%s: %s with the bytes %j", async (model, name, bits, value) => {
    start(model);
    const bytes = readFileSync(single());
    const header = 8 + Number(bytes.readBigUInt64LE(0));
    const entries = JSON.parse(bytes.toString("utf8", 8, header));
    const [begin, end] = entries[name].data_offsets;
    bytes.set(bits, header + end - bits.length);
    writeFileSync(single(), bytes);
    await expectRefusal(`${name} holds ${value} at index ${(end - begin) / bits.length - 1}`);
  });
});

describe("a file is refused when", () => {
  test("it was cut off", async () => {
    start("tiny-parallel");
    truncateSync(single(), 200_000);
    await expectRefusal(single(), "but the file holds");
  });

  test("its header is said to be longer than the file", async () => {
    start("tiny-parallel");
    const bytes = readFileSync(single());
    bytes.writeBigUInt64LE(2n ** 40n, 0);
    writeFileSync(single(), bytes);
    await expectRefusal(single(), "the header is said to be 1099511627776 bytes long");
  });

  test("it is not there, nor an index", async () => {
    start("tiny-parallel");
    rmSync(single());
    await expectRefusal("model.safetensors: there is no such file");
  });

  test("there is only one of pickled Python, with lines of Python that convert it", async () => {
    start("tiny-parallel");
    rmSync(single());
    writeFileSync(join(dir, "pytorch_model.bin"), "never read");
    await expectRefusal("pytorch_model.bin only", `from_pretrained('${dir}')`);
  });

  test("the folder is not a model's", async () => {
    await expectRefusal("is it a model's folder?");
  });
});

describe("several files", () => {
  beforeEach(() => start("tiny-gpt2-sharded"));
  const second = "model-00002-of-00003.safetensors";

  test("are hashed as sha256sum lists them, in the order of their names", async () => {
    const { weights } = await openModel(dir);
    const script = "LC_ALL=C sha256sum model-*.safetensors | sha256sum";
    const { stdout } = spawnSync("sh", ["-c", script], { cwd: dir, encoding: "utf8" });
    expect(weights.sha256).toBe(stdout.slice(0, 64));
  });

  test("are refused when one is missing", async () => {
    rmSync(join(dir, second));
    await expectRefusal(`${second}: there is no such file`);
  });

  test.each([
    "../../x.safetensors",
    "/etc/x.safetensors",
    "a/b.safetensors",
    "..",
    "model.bin",
    "",
  ])("may not be named %j", async (name) => {
    changeIndex((map) => {
      map["lm_head.weight"] = name;
    });
    await expectRefusal("index.json: weight_map.lm_head.weight", JSON.stringify(name));
  });

  test("are refused when they are not as the index says", async () => {
    changeIndex((map) => {
      map["lm_head.weight"] = second;
    });
    await expectRefusal("tensor lm_head.weight is in another file than the index says");
    changeIndex((map) => {
      map["lm_head.bias"] = second;
      map["lm_head.weight"] = "model-00003-of-00003.safetensors";
    });
    await expectRefusal(`tensor lm_head.bias is not in ${second}, as the index says`);
  });

  test.each(["{", "{}", '{"weight_map":[]}'])("are refused with the index %s", async (text) => {
    writeFileSync(indexPath(), text);
    await expectRefusal("model.safetensors.index.json");
  });
});

describe("taken as they are:", () => {
  test("names without the prefix, and the buffers of older checkpoints", async () => {
    start("tiny-parallel");
    change((tensors) => {
      for (const [name, tensor] of Object.entries(tensors)) {
        delete tensors[name];
        tensors[name.replace(/^gpt_neox\./, "")] = tensor;
      }
      tensors["layers.0.attention.masked_bias"] = { shape: [], data: Float32Array.of(-Infinity) };
    });
    const { weights } = await openModel(dir);
    expect(weights.get(gain).shape).toEqual([60]);
  });

  test("a tied model's head, when it is the embedding", async () => {
    start("tiny-gpt2");
    const copy = (tensors: Tensors) => {
      tensors["lm_head.weight"] = { shape: [157, 45], data: tensors["wte.weight"].data.slice() };
    };
    change(copy);
    await openModel(dir);
    change((tensors) => {
      tensors["lm_head.weight"].data[7] = 1;
    });
    await expectRefusal("lm_head.weight is not the embedding, as config.json says");
  });
});

describe("opening", () => {
  test("tells how many bytes it has checked, when that takes its time", async () => {
    start("tiny-gpt2-sharded");
    const reports: Progress[] = [];
    const report = (progress: Progress) => void reports.push(progress);
    await openModel(dir, { report });
    expect(reports).toEqual([]);
    let now = 0;
    const clock = vi.spyOn(Date, "now").mockImplementation(() => (now += 300));
    await openModel(dir, { report });
    clock.mockRestore();
    const total = 28170 + 30386 + 12616;
    const last = { stage: "check weights", unit: "bytes", done: total, total };
    expect(reports.at(-1)).toEqual(last);
    expect(reports.length).toBeGreaterThan(10);
  });

  test("can be stopped", async () => {
    start("tiny-gpt2");
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(openModel(dir, { signal })).rejects.toThrow("enough");
  });

  test("reads a tensor when it is first asked for, and keeps it", async () => {
    start("tiny-gpt2");
    const { weights } = await openModel(dir);
    const bytes = readFileSync(single());
    writeFileSync(single(), bytes.fill(0, bytes.length - 1_000));
    const found = weights.get("transformer.wte.weight");
    expect(found.data.at(-1)).toBe(0);
    writeFileSync(single(), bytes.fill(1, bytes.length - 1_000));
    expect(weights.get("transformer.wte.weight")).toBe(found);
  });
});
