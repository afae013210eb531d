import { describe, expect, test } from "vitest";
import { chooseFiles, parseRepoPlace } from "./repo-input.ts";

describe("a place in a repository", () => {
  test.each([
    ["org/saes", "org/saes", "main", null],
    ["org/saes@v2", "org/saes", "v2", null],
    ["org/saes:layer 3/ae.pt", "org/saes", "main", "layer 3/ae.pt"],
    ["org/saes@v2:/layer_3/", "org/saes", "v2", "layer_3"],
  ])("is %s", (text, id, revision, within) => {
    expect(parseRepoPlace(text)).toEqual({ repo: { type: "model", id, revision }, within });
  });
});

describe("of a repository's files", () => {
  const files = [
    "README.md",
    "cfg.json",
    "layer3/ae.pt",
    "layer3/config.json",
    "layer3/sparsity.safetensors",
    "layer3/16k/checkpoints/ae_100.pt",
    "layer3/16k/checkpoints/ae_200.pt",
    "layer3/16k/config.json",
    "layer30/params.npz",
  ].map((path) => ({ path, bytes: 10, sha256: null }));
  const chosen = (within: string | null) =>
    chooseFiles(files, within, "org/saes").map(({ path }) => path);

  test("those of a folder are fetched, with what describes them beside and above", () => {
    expect(chosen("layer3")).toEqual(["layer3/ae.pt", "cfg.json", "layer3/config.json"]);
    expect(chosen("layer30")).toEqual(["layer30/params.npz", "cfg.json"]);
  });

  test("one file is fetched alone of its kind", () => {
    expect(chosen("layer3/16k/checkpoints/ae_200.pt")).toEqual([
      "layer3/16k/checkpoints/ae_200.pt",
      "layer3/16k/config.json",
    ]);
  });

  test("which of many folders is meant must be said", () => {
    expect(() => chosen(null)).toThrow(
      "org/saes: 3 folders hold tensors; name one, as in org/saes:layer3\n  layer3\n  layer3/16k/checkpoints\n  layer30",
    );
    expect(() => chosen("layer4")).toThrow("org/saes: no tensors in layer4; they are in\n  layer3");
    expect(() => chooseFiles(files.slice(0, 2), null, "org/saes")).toThrow("no file of tensors");
  });

  test("a large JSON file is left where it is", () => {
    const large = files.map((file) => ({ ...file, bytes: 2 ** 30 }));
    expect(chooseFiles(large, "layer3", "x").map(({ path }) => path)).toEqual(["layer3/ae.pt"]);
  });
});
