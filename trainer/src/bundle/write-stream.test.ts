import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeStream } from "./write-stream.ts";

test("what could not be written can be removed with its folder at once", async () => {
  for (let n = 0; n < 50; n++) {
    const dir = await mkdtemp(join(tmpdir(), "write-stream-"));
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      if (n % 2 === 1) yield Buffer.from("begun");
      throw new Error("broken off");
    };
    await expect(writeStream(join(dir, "file"), broken())).rejects.toThrow("broken off");
    await rm(dir, { recursive: true });
    await expect(readdir(dir)).rejects.toThrow("ENOENT");
  }
});

test("a file that is there already stays as it is", async () => {
  const dir = await mkdtemp(join(tmpdir(), "write-stream-"));
  await writeFile(join(dir, "file"), "old");
  const source = async function* () {
    yield Buffer.from("new");
  };
  await expect(writeStream(join(dir, "file"), source(), { flags: "wx" })).rejects.toThrow("EEXIST");
  await rm(dir, { recursive: true });
});
