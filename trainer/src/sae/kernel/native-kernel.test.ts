import { describe, expect, test } from "vitest";
import { addonForTests } from "../../../fixtures/native-addon.ts";
import type { Addon } from "../../model/native/addon.ts";
import { Random } from "../../tensor/random.ts";
import type { SaeConfig } from "../config.ts";
import { randomSae, randomTensor } from "../random-sae.ts";
import type { Kernel, KernelSizes } from "./kernel.ts";
import { encoderLayout } from "./layout.ts";
import { createNativeKernel } from "./native-kernel.ts";
import { createPortableKernel } from "./portable-kernel.ts";
import { putRows, putWeights } from "./weights.ts";

const found = addonForTests();
const reason = typeof found === "string" ? found : "";
const addon = found as Addon;

const rows = 83;
const configs: SaeConfig[] = [
  { architecture: "topk", d_in: 70, d_sae: 500, k: 20 },
  { architecture: "topk", d_in: 512, d_sae: 1000, k: 64 },
  { architecture: "standard", d_in: 33, d_sae: 145, k: null },
];

/** Every row's entries, wherever they lie, and x̂, after encoding and decoding some rows. */
async function results(config: SaeConfig, create: (sizes: KernelSizes) => Promise<Kernel>) {
  const kernel = await create({ threads: 2, ...encoderLayout(config, rows) });
  putWeights(kernel, randomSae(new Random(1, "sae"), config));
  putRows(
    kernel.floats("x"),
    randomTensor(new Random(2, "x"), 1, rows, config.d_in).data,
    config.d_in,
  );
  kernel.set({ first_row: 0, last_row: rows });
  kernel.runParts("encode");
  kernel.runParts("decode");
  const start = kernel.ints("row_start");
  const count = kernel.ints("row_count").slice();
  const entries = <T>(array: { slice(from: number, to: number): T }) =>
    Array.from(count, (n, row) => array.slice(start[row], start[row] + n));
  const copies = {
    count,
    feature: entries(kernel.ints("entry_feature")),
    value: entries(kernel.floats("entry_value")),
    x_hat: kernel.floats("error").slice(),
  };
  await kernel.dispose();
  return copies;
}

describe.skipIf(reason)(`the native kernel ${reason}`, () => {
  describe.each(reason ? [] : addon.trainingVariants())("for %s", (variant) => {
    test.each(configs)(
      "gives the bytes that WebAssembly gives: $architecture $d_in",
      async (config) => {
        const native = await results(config, async (sizes) =>
          createNativeKernel(addon, sizes, variant),
        );
        expect(native).toEqual(await results(config, createPortableKernel));
      },
    );
  });

  test("refuses what it does not have, and what has been closed", async () => {
    const sizes = { threads: 1, scalars: { d_in: 16, list_capacity: 8 }, arrays: { b_dec: 16 } };
    const kernel = createNativeKernel(addon, sizes);
    expect(() => kernel.set({ d_out: 1.5, no_such: 1 })).toThrow("no such field");
    expect(() => kernel.floats("W_enc")).toThrow('"W_enc" has no memory');
    expect(() => kernel.run("none" as never)).toThrow("no such phase");
    const b_dec = kernel.floats("b_dec");
    await kernel.dispose();
    await kernel.dispose();
    expect(b_dec).toHaveLength(0);
    expect(() => kernel.get("d_in")).toThrow("closed");
    const unknown = { ...sizes, arrays: { W_encoder: 8 } };
    expect(() => createNativeKernel(addon, unknown)).toThrow('has no field "W_encoder"');
    const large = { ...sizes, arrays: { W_enc: 2 ** 50 } };
    expect(() => createNativeKernel(addon, large)).toThrow("no memory for the SAE");
  });
});
