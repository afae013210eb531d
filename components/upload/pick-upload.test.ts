import { expect, test } from "vitest";
import { pickUpload } from "./pick-upload.ts";

const file = (path: string, text = "x") => ({ path, blob: new Blob([text]) });

test("one file is sent as it is, whatever it is", () => {
  for (const name of ["res3.tar.gz", "ae.pt", "params.npz"]) {
    const one = file(`some/${name}`, "bytes");
    expect(pickUpload([one, file("some/.DS_Store")])).toEqual({ filename: name, blob: one.blob });
  }
});

test("a bundle's folder becomes a tar of its files, named after it", async () => {
  const { filename, blob } = pickUpload([
    file("runs/topk/manifest.json"),
    file("runs/topk/cfg.json"),
  ]);
  expect(filename).toBe("topk.tar");
  const text = await blob.text();
  expect(text).toContain("manifest.json");
  expect(text).not.toContain("runs/");
});

test("of a run's folder only the bundle is taken, without hidden files", async () => {
  const { filename, blob } = pickUpload([
    file("run/config.json"),
    file("run/bundle/manifest.json"),
    file("run/bundle/cfg.json"),
    file("run/bundle/.DS_Store"),
    file("run/checkpoints/1/manifest.json.old"),
  ]);
  expect(filename).toBe("bundle.tar");
  const text = await blob.text();
  expect(text).not.toContain("config.json");
  expect(text).not.toContain("DS_Store");
});

test("a foreign folder becomes a tar of all of it, its folders within", async () => {
  const { filename, blob } = pickUpload([
    file("sae/layers.3/cfg.json"),
    file("sae/layers.3/sae.safetensors"),
    file("sae/config.json"),
    file("sae/.git/config"),
  ]);
  expect(filename).toBe("sae.tar");
  const text = await blob.text();
  expect(text).toContain("layers.3/cfg.json\0");
  expect(text).not.toContain("sae/");
  expect(text).not.toContain(".git");
});

test("several files without a folder are packed together", async () => {
  const { filename, blob } = pickUpload([file("ae.pt"), file("config.json")]);
  expect(filename).toBe("dictionary.tar");
  expect(await blob.text()).toContain("ae.pt\0");
});

test("nothing is refused with what was expected", () => {
  expect(() => pickUpload([file("a/.hidden")])).toThrow(/expected a bundle, or the files/);
});
