import { expect, test } from "vitest";
import { Pace } from "./pace.ts";

test("a rate is what came over the last ten seconds", () => {
  const pace = new Pace();
  for (let second = 0; second <= 20; second++) pace.add(100 * second, 1000 * second);
  pace.add(2600, 21_000); // 500 more than before: 1500 in the ten seconds since 11 s
  expect(pace.at(2600)).toBe(150);
  expect(pace.at(1950)).toBe(100);
});

test("what comes less often has the rate since the last time", () => {
  const pace = new Pace();
  pace.add(0, 0);
  pace.add(6000, 60_000);
  expect(pace.at(6000)).toBe(100);
});

test("there is no rate before the second look, nor over a pause", () => {
  const pace = new Pace();
  pace.add(500, 0);
  expect(pace.at(500)).toBeNull();
  pace.add(600, 1000);
  pace.forget();
  pace.add(700, 100_000);
  expect(pace.at(700)).toBeNull();
});

test("a run that was taken back to its checkpoint starts anew", () => {
  const pace = new Pace();
  pace.add(1000, 0);
  pace.add(2000, 1000);
  pace.add(1500, 2000);
  expect(pace.at(1500)).toBeNull();
  pace.add(1700, 4000);
  expect(pace.at(1700)).toBe(100);
});

test("it looks on without end in bounded memory", () => {
  const pace = new Pace();
  for (let second = 0; second < 20_000; second++) pace.add(7 * second, 1000 * second);
  expect(pace.at(70)).toBe(7);
  expect(pace.at(7 * 19_999)).toBe(7);
});
