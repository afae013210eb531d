import { expect, test } from "vitest";
import { deviceNames } from "../model/devices/choices.ts";
import { devices } from "./devices.ts";
import type { Context } from "./verb.ts";

const context: Context = { report() {}, say() {}, signal: new AbortController().signal };

// a process for each
const timeout = 60_000;
test("every device is listed, with what runs there or what is missing", { timeout }, async () => {
  const { text, data } = await devices.run([], {}, context);
  const rows = data.devices as { device: string; available: boolean; detail: string }[];
  expect(rows.map(({ device }) => device)).toEqual(deviceNames);
  expect(rows[0]).toMatchObject({ device: "cpu", available: true });
  expect(rows[0].detail).toMatch(/^onnxruntime 1\.\d+\.\d+ \(CPU\)$/);
  for (const { available, detail } of rows) {
    expect(text).toContain(detail);
    if (!available) expect(detail).toMatch(/^[^-].+; .+$/); // what is missing; what brings it
  }
  const auto = rows.find(({ device }) => device === data.auto);
  expect(auto?.available).toBe(true);
  expect(text).toContain(`--device auto is ${auto?.device} here`);
});

test("one device is listed when it is named", async () => {
  const { data } = await devices.run(["cpu"], {}, context);
  expect(data.devices).toHaveLength(1);
  await expect(devices.run(["gpu"], {}, context)).rejects.toThrow(
    "no device gpu (expected cpu, native, cuda, webgpu, tfjs)",
  );
});
