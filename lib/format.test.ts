import { expect, test } from "vitest";
import {
  formatBigCount,
  formatBytes,
  formatCount,
  formatDuration,
  formatNumber,
  formatOneIn,
  formatPercent,
  formatPower,
  formatShort,
  formatTime,
} from "./format.ts";

test("counts are grouped by thousands, whatever the machine's locale", () => {
  expect(formatCount(0)).toBe("0");
  expect(formatCount(999)).toBe("999");
  expect(formatCount(1234567)).toBe("1,234,567");
});

test("numbers keep their digits and take a true minus sign", () => {
  expect(formatNumber(-1.5, 2)).toBe("−1.50");
  expect(formatNumber(2, 3)).toBe("2.000");
});

test("what rounds to zero has no sign", () => {
  expect(formatNumber(-0.0001, 2)).toBe("0.00");
});

test("a value without meaning is a dash", () => {
  expect(formatNumber(Number.NaN, 2)).toBe("–");
  expect(formatCount(Number.POSITIVE_INFINITY)).toBe("–");
  expect(formatPercent(Number.NaN)).toBe("–");
  expect(formatTime("yesterday")).toBe("–");
});

test("short numbers drop what does not fit and no more", () => {
  expect(formatShort(0.30000000000000004)).toBe("0.3");
  expect(formatShort(16384, 5)).toBe("16,384");
  expect(formatShort(0.00002)).toBe("2e−5");
  expect(formatShort(-0.125)).toBe("−0.125");
});

test("powers of ten are written as such once their zeros are hard to count", () => {
  expect(formatPower(0.001)).toBe("0.001");
  expect(formatPower(1e-12)).toBe("10⁻¹²");
  expect(formatPower(1e6)).toBe("10⁶");
  expect(formatPower(0.00025)).toBe("0.00025");
});

test("big counts are short", () => {
  expect(formatBigCount(2_500_000)).toBe("2.5 M");
  expect(formatBigCount(102_400)).toBe("102 k");
  expect(formatBigCount(9999)).toBe("9,999");
});

test("a density is said as one token in so many", () => {
  expect(formatOneIn(0.0029)).toBe("1 in 345 tokens");
  expect(formatOneIn(0.4)).toBe("1 in 2.5 tokens");
  expect(formatOneIn(0)).toBe("never");
});

test("a percentage never rounds a something to nothing", () => {
  expect(formatPercent(0.1234)).toBe("12 %");
  expect(formatPercent(0.0123)).toBe("1.2 %");
  expect(formatPercent(0.0001)).toBe("< 0.1 %");
  expect(formatPercent(0)).toBe("0 %");
});

test("bytes are counted in powers of 1024", () => {
  expect(formatBytes(512)).toBe("512 B");
  expect(formatBytes(2621440)).toBe("2.5 MiB");
  expect(formatBytes(21474836480)).toBe("20 GiB");
});

test("durations carry over", () => {
  expect(formatDuration(59.4)).toBe("59 s");
  expect(formatDuration(60)).toBe("1 min 0 s");
  expect(formatDuration(3725)).toBe("1 h 2 min");
});

test("times are UTC and say so", () => {
  expect(formatTime("2026-11-22T17:02:43.000Z")).toBe("22 Nov 2026, 17:02 UTC");
});
