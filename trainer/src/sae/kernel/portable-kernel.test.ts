import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { UsageError } from "../../bundle/errors.ts";
import { createPortableKernel } from "./portable-kernel.ts";

const folder = new URL("../../../kernels/", import.meta.url);

test("sae.wasm was built from the source beside it", () => {
  const sources = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  const hash = createHash("sha256");
  for (const name of sources.sort((a, b) => extension(a) - extension(b) || (a < b ? -1 : 1)))
    hash.update(readFileSync(new URL(name, folder)));
  const built = readFileSync(new URL("sources.sha256", folder), "utf8").trim();
  expect(hash.digest("hex")).toBe(built);
});

/** `cat *.c *.h`: the .c files first */
function extension(name: string): number {
  return name.endsWith(".c") ? 0 : 1;
}

test("a size that WebAssembly cannot hold is refused in words", async () => {
  const scalars = { d_in: 16, d_sae: 8, k: 1, list_capacity: 8 };
  const failed = createPortableKernel({
    threads: 1,
    scalars,
    arrays: { W_enc: 2 ** 31, W_dec: 2 ** 31 },
  });
  await expect(failed).rejects.toThrow(UsageError);
  await expect(failed).rejects.toThrow(/needs 16.0 GiB in WebAssembly, which has 4 GiB at most/);
});

test("a field that the kernel does not have is refused by name", async () => {
  const scalars = { d_in: 16, d_sae: 8, k: 1, list_capacity: 8 };
  const failed = createPortableKernel({ threads: 1, scalars, arrays: { W_encoder: 8 } });
  await expect(failed).rejects.toThrow('the kernel has no field "W_encoder"');
});
