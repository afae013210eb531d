import { UsageError } from "../bundle/index.ts";
import { type Device, deviceNames } from "../model/devices/choices.ts";
import { chosenDevice, devices as table } from "../model/devices/device.ts";
import type { Verb } from "./verb.ts";

type Row = { device: Device; available: boolean; about: string; detail: string };

export const devices: Verb = {
  words: "[DEVICE]",
  summary:
    "Lists where a model can run (--device), whether it can here, and if not, what is missing. A GPU counts as there once it has computed a product of two matrices as exactly as the processor does.",
  flags: {},
  async run([only]) {
    if (only !== undefined && !isDevice(only))
      throw new UsageError(`no device ${only} (expected ${deviceNames.join(", ")})`);
    const rows: Row[] = [];
    for (const device of only ? [only] : deviceNames)
      rows.push({ device, about: table[device].about, ...(await found(device)) });
    const auto = chosenDevice("auto");
    const text = [...rows.map(line), `--device auto is ${auto} here`].join("\n");
    return { text, data: { auto, devices: rows } };
  },
};

function isDevice(name: string): name is Device {
  return (deviceNames as readonly string[]).includes(name);
}

async function found(device: Device): Promise<Pick<Row, "available" | "detail">> {
  try {
    return { available: true, detail: (await table[device].open()).name };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return {
      available: false,
      detail: error.message.replace(`--device ${device} cannot be had: `, ""),
    };
  }
}

function line({ device, available, about, detail }: Row): string {
  const state = available ? "yes" : "no";
  return `${device.padEnd(8)}${state.padEnd(5)}${about}\n${" ".repeat(13)}${detail}`;
}
