import { describe, expect, test } from "vitest";
import { MOST_MENTIONS, mentionsIn } from "./mentions.ts";

const addresses = (text: string) => mentionsIn(text).map(({ address }) => address);
const sha = "a".repeat(64);

describe("an address is found", () => {
  test.each([
    ["see /pythia/res3-16x/12.", "/pythia/res3-16x/12"],
    ["see pythia/res3-16x/12, too", "/pythia/res3-16x/12"],
    ["(pythia/v1.5/12)", "/pythia/v1.5/12"],
    ["**/pythia/res3/12**", "/pythia/res3/12"],
    ["| a |\n|---|\n| /pythia/res3/12 |", "/pythia/res3/12"],
    ["http://127.0.0.1:3000/pythia/res3/12", "http://127.0.0.1:3000/pythia/res3/12"],
    ["<https://hub.example/pythia/res3/12>", "https://hub.example/pythia/res3/12"],
    ["[this](/pythia/res3/12) one", "/pythia/res3/12"],
    [`/pythia/res3/12?revision=${sha} is old`, `/pythia/res3/12?revision=${sha}`],
    ["the whole of /pythia/res3", "/pythia/res3"],
    ["the whole of /pythia/res3.", "/pythia/res3"],
    ["short: /f/6Nhu", "/f/6Nhu"],
  ])("in %j", (text, address) => expect(addresses(text)).toEqual([address]));

  test("once, however often it is written", () => {
    expect(addresses("/m/d/1 and m/d/1, /m/d/2")).toEqual(["/m/d/1", "/m/d/2"]);
  });
  test("with what it names", () => {
    expect(mentionsIn(`https://hub.example/m/d/7?revision=${sha}#interval-0`)).toEqual([
      {
        address: `https://hub.example/m/d/7?revision=${sha}#interval-0`,
        host: "hub.example",
        short: null,
        model: "m",
        dictionary: "d",
        index: 7,
        revision: sha,
      },
    ]);
  });
});

describe("none is found", () => {
  test.each([
    ["`/m/d/1`"],
    ["    /m/d/1"],
    ["```\n/m/d/1\n```"],
    ["a/b"],
    ["1/2"],
    ["/m/d/1/2"],
    ["/m/d/1.5"],
    ["/m/d/12a"],
    ["x:/m/d/1"],
    ["/api/v1/models/m"],
    ["/m/d/1234567890"],
    ["M/D/1"],
    ["and/or"],
    ["//evil.example/m/d/1"],
    ["[x](javascript:/m/d/1)"],
    ["[x](mailto:m/d/1)"],
    ["![x](/m/d/1)"],
  ])("in %j", (text) => expect(addresses(text)).toEqual([]));
});

test("a text names so many and no more", () => {
  const text = Array.from({ length: 200 }, (_, i) => `/m/d/${i}`).join(" ");
  expect(addresses(text)).toHaveLength(MOST_MENTIONS);
});
