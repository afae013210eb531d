import { expect, test } from "vitest";
import { Display } from "./display.ts";

function watched(isTerminal: boolean) {
  let written = "";
  let time = 0;
  const screen = { write: (text: string) => (written += text), isTerminal, columns: 80 };
  const display = new Display(screen, () => time);
  return {
    display,
    at: (seconds: number, done: number, stage = "train") => {
      time = 1000 * seconds;
      display.report({ stage, done, total: 1000, unit: "tokens", values: { loss: 0.12345 } });
    },
    text: () => written,
  };
}

test("rate and remaining time count from where the stage went on", () => {
  const { at, text } = watched(false);
  at(0, 600);
  at(10, 800); // 200 tokens in 10 s: 20 a second, 200 to go
  expect(text().split("\n")[1]).toBe("train           80 %   20 tokens/s   0:10 left   loss 0.123");
});

test("where there is no terminal a line comes every few seconds, and one at the end", () => {
  const { at, text } = watched(false);
  for (let second = 0; second <= 10; second++) at(second, 100 * second);
  const percents = text().match(/\d+ %/g);
  expect(percents).toEqual(["0 %", "30 %", "60 %", "90 %", "100 %"]);
});

test("a terminal shows one live line per stage", () => {
  const { display, at, text } = watched(true);
  at(0, 0);
  at(0.05, 1); // too soon after the first
  at(1, 100);
  at(2, 0, "evaluate");
  display.line("done");
  const lines = text().split("\n");
  expect(lines).toHaveLength(4);
  expect(lines[0].split("\r")).toHaveLength(3);
  expect(lines[1]).toContain("evaluate");
  expect(lines[2]).toBe("done");
});

test("a line never wraps on a terminal", () => {
  const { at, text } = watched(true);
  at(0, 0, "s".repeat(200));
  expect(text().replace("\r\x1b[K", "")).toHaveLength(79);
});
