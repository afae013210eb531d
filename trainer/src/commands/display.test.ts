import { expect, test } from "vitest";
import { Display } from "./display.ts";

function watched(isTerminal: boolean, columns = 80) {
  let written = "";
  let time = 0;
  const screen = { write: (text: string) => (written += text), isTerminal, columns };
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

test("a terminal redraws the line of a stage, and keeps it when the next begins", () => {
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
  expect(text().replace("\r\x1b[J", "").split("\n")[0]).toHaveLength(79);
});

const training = {
  stage: "train topk",
  total: 1000,
  unit: "tokens",
  values: {
    loss: 7.79123,
    mse: 7.71,
    sparsity: 0,
    auxk: 0.0812,
    l0: 32,
    dead: 0.0123,
    fvu: 0.0638,
  },
};

test("a training is readable on 80 columns: its pace above, its figures whole below", () => {
  const { display, at, text } = watched(true);
  at(0, 0, "train topk");
  display.report({ ...training, done: 1000 }); // the last one is shown at once
  expect(text().split("\r\x1b[J").at(-1)).toBe(
    "train topk     100 %\n" +
      "  loss 7.79   mse 7.71   sparsity 0   auxk 0.0812   l0 32   dead 0.0123\n" +
      "  fvu 0.0638",
  );
});

test("what is redrawn is all that was drawn, and what comes after stands below it", () => {
  const { display, text } = watched(true);
  display.report({ ...training, done: 100 });
  display.report({ ...training, done: 1000 });
  display.line("done");
  expect(text().split("\x1b[2A")).toHaveLength(2); // once, back up over three lines
  expect(text().endsWith("fvu 0.0638\ndone\n")).toBe(true);
});

test("where there is room, or no terminal, a training is one line", () => {
  const wide = watched(true, 160);
  wide.display.report({ ...training, done: 100 });
  expect(wide.text()).not.toContain("\n");
  const plain = watched(false);
  plain.display.report({ ...training, done: 100 });
  expect(plain.text()).toBe(
    "train topk      10 %   loss 7.79   mse 7.71   sparsity 0   auxk 0.0812   l0 32   dead 0.0123   fvu 0.0638\n",
  );
});

test("however narrow the terminal is, no line wraps", () => {
  for (const columns of [10, 24, 40, 79]) {
    const { display, text } = watched(true, columns);
    display.report({ ...training, done: 100 });
    for (const line of text().replace("\r\x1b[J", "").split("\n"))
      expect(line.length).toBeLessThan(columns);
  }
});
