import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hubSettings } from "./settings.ts";

const home = mkdtempSync(join(tmpdir(), "hf-home-"));
afterAll(() => rmSync(home, { recursive: true }));

test("without variables it is the public hub, and the cache of the home folder", () => {
  expect(hubSettings({ HF_TOKEN_PATH: join(home, "none") })).toMatchObject({
    endpoint: "https://huggingface.co",
    token: null,
    cache: join(homedir(), ".cache/huggingface/hub"),
    offline: false,
  });
});

test.each([
  [{ XDG_CACHE_HOME: "/x" }, "/x/huggingface/hub"],
  [{ XDG_CACHE_HOME: "/x", HF_HOME: "/h" }, "/h/hub"],
  [{ HF_HOME: "~/h" }, join(homedir(), "h/hub")],
  [{ HF_HOME: "/h", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
  [{ HF_HOME: "/h", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/c" }, "/c"],
])("%j keeps downloads in %s", (env, cache) => {
  expect(hubSettings({ HF_TOKEN_PATH: join(home, "none"), ...env }).cache).toBe(cache);
});

test("a token is the variable's, else that of the file in HF_HOME", () => {
  writeFileSync(join(home, "token"), "hf_file\n");
  const inFile = { value: "hf_file", from: join(home, "token") };
  expect(hubSettings({ HF_HOME: home }).token).toEqual(inFile);
  expect(hubSettings({ HF_TOKEN_PATH: join(home, "token") }).token).toEqual(inFile);
  expect(hubSettings({ HF_HOME: home, HF_TOKEN: "" }).token).toEqual(inFile);
  expect(hubSettings({ HF_HOME: home, HF_TOKEN: " hf_own\n" }).token).toEqual({
    value: "hf_own",
    from: "HF_TOKEN",
  });
});

test("HF_HUB_OFFLINE is on for 1, on, yes and true alone", () => {
  const offline = (value: string) => hubSettings({ HF_HOME: home, HF_HUB_OFFLINE: value }).offline;
  expect(["1", "on", "YES", "true"].map(offline)).toEqual([true, true, true, true]);
  expect(["", "0", "no"].map(offline)).toEqual([false, false, false]);
});

test("an endpoint loses its last slash, and must be an address", () => {
  expect(hubSettings({ HF_HOME: home, HF_ENDPOINT: "http://mirror/hf/" }).endpoint).toBe(
    "http://mirror/hf",
  );
  expect(() => hubSettings({ HF_ENDPOINT: "mirror:80" })).toThrow(
    "HF_ENDPOINT mirror:80: not an address (expected one like https://huggingface.co)",
  );
});
