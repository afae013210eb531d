import { expect, test } from "vitest";
import { pickBundle } from "./pick-bundle.ts";

const file = (path: string, text = "x") => ({ path, blob: new Blob([text]) });

test("an archive is sent as it is", () => {
  const archive = file("res3.tar.gz", "bytes");
  expect(pickBundle([archive])).toEqual({ filename: "res3.tar.gz", blob: archive.blob });
});

test("a folder becomes a tar of its files, named after it", async () => {
  const { filename, blob } = pickBundle([
    file("runs/topk/manifest.json"),
    file("runs/topk/cfg.json"),
  ]);
  expect(filename).toBe("topk.tar");
  const text = await blob.text();
  expect(text).toContain("manifest.json");
  expect(text).not.toContain("runs/");
});

test("of a run's folder only the bundle is taken, without hidden files", async () => {
  const { filename, blob } = pickBundle([
    file("run/config.json"),
    file("run/bundle/manifest.json"),
    file("run/bundle/.DS_Store"),
    file("run/checkpoints/1/manifest.json.old"),
  ]);
  expect(filename).toBe("bundle.tar");
  const text = await blob.text();
  expect(text).not.toContain("config.json");
  expect(text).not.toContain("DS_Store");
});

test("anything else is refused with what was expected", () => {
  expect(() => pickBundle([file("notes.pdf")])).toThrow(/notes\.pdf is no archive: expected/);
  expect(() => pickBundle([file("a/x"), file("a/y")])).toThrow(/No manifest\.json in it: expected/);
  expect(() => pickBundle([])).toThrow(/expected a bundle/);
});
