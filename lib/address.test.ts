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

test("a datapoint's address names a place, and a pinned one its revision", () => {
  expect(parseAddress("m/d/datapoints/4/17")).toEqual({
    model: "m",
    dictionary: "d",
    place: { context: 4, position: 17 },
  });
  expect(parseAddress("m/d/datapoints/4")).toBeNull();
  expect(parseAddress("m/d/datapoints/4/x")).toBeNull();
  const revision = "a".repeat(64);
  expect(parseAddress(`/m/d?revision=${revision}`)).toEqual({
    model: "m",
    dictionary: "d",
    revision,
  });
});
