import { expect, test } from "vitest";
import { describeMetric, formatMetric, formatStatistic } from "./metrics.ts";

test("a metric is written in the digits of its table", () => {
  expect(formatMetric("l0", 31.96)).toBe("32.0");
  expect(formatMetric("ce_loss_recovered", 0.98765)).toBe("0.9877");
  expect(formatStatistic("density", 0.0029)).toBe("0.00290");
});

test("metrics and statistics are described by one table each", () => {
  expect(describeMetric("fvu").title).toBe("FVU");
  expect(describeMetric("density").title).toBe("Density");
});
