import { expect, test } from "vitest";
import { parseAddress } from "./address.ts";

test("model/dictionary/index is a feature", () => {
  expect(parseAddress("stories-2m/res3-topk/12")).toEqual({
    model: "stories-2m",
    dictionary: "res3-topk",
    index: 12,
  });
});

test("a whole address is one as well, pasted from the browser", () => {
  expect(parseAddress(" http://127.0.0.1:3000/m/d/7?revision=ab#top ")).toEqual({
    model: "m",
    dictionary: "d",
    index: 7,
  });
  expect(parseAddress("https://hub.example/m/")).toEqual({ model: "m" });
});

test("model/dictionary is a dictionary, a bare word is not an address", () => {
  expect(parseAddress("m/d")).toEqual({ model: "m", dictionary: "d" });
  expect(parseAddress("topk")).toBeNull();
  expect(parseAddress("")).toBeNull();
  expect(parseAddress("/")).toBeNull();
});

test("what is no index, or too long, is not an address", () => {
  expect(parseAddress("m/d/features")).toBeNull();
  expect(parseAddress("m/d/1/2")).toBeNull();
  expect(parseAddress("m/d/-1")).toBeNull();
});
