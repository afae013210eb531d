import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { UsageError } from "../bundle/index.ts";
import { type Device, deviceNames } from "../model/devices/choices.ts";
import { chosenDevice, devices as table } from "../model/devices/device.ts";
import type { Outcome, Verb } from "./verb.ts";

type Row = { device: Device; available: boolean; about: string; detail: string };

export const devices: Verb = {
  words: "[DEVICE]",
  summary:
    "Lists where a model can run (--device), whether it can here, and if not, what is missing. A GPU counts as there once it has computed a product of two matrices as exactly as the processor does.",
  flags: {},
  async run([only], _flags, { signal }) {
    if (only === undefined)
      return toOutcome(
        await Promise.all(deviceNames.map((device) => checkedApart(device, signal))),
      );
    const device = deviceNames.find((name) => name === only);
    if (!device) throw new UsageError(`no device ${only} (expected ${deviceNames.join(", ")})`);
    return toOutcome([await checked(device)]);
  },
};

/** A driver compiles for a GPU that a library does not know when it is first used: minutes. */
const CHECK_MILLISECONDS = 600_000;

const trainer = fileURLToPath(new URL("../../bin/trainer.mjs", import.meta.url));

/** In a process of its own: devices bring different versions of the same libraries, and may end the process. */
async function checkedApart(device: Device, signal: AbortSignal): Promise<Row> {
  const command = [trainer, "devices", device, "--json"];
  const options = { signal, timeout: CHECK_MILLISECONDS };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, options);
    const [row] = JSON.parse(stdout.trim().split("\n").at(-1) as string).devices;
    return row;
  } catch (error) {
    signal.throwIfAborted();
    const { message, killed } = error as Error & { killed?: boolean };
    const why = killed ? "it did not answer in time" : message.trim().split("\n").at(-1);
    const detail = `checking it failed (${why}); trainer devices ${device} shows how`;
    return { device, available: false, about: table[device].about, detail };
  }
}

async function checked(device: Device): Promise<Row> {
  const { about, open } = table[device];
  try {
    return { device, available: true, about, detail: (await open()).name };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const detail = error.message.replace(`--device ${device} cannot be had: `, "");
    return { device, available: false, about, detail };
  }
}

function toOutcome(rows: Row[]): Outcome {
  const auto = chosenDevice("auto");
  const text = [...rows.map(line), `--device auto is ${auto} here`].join("\n");
  return { text, data: { auto, devices: rows } };
}

function line({ device, available, about, detail }: Row): string {
  const state = available ? "yes" : "no";
  return `${device.padEnd(8)}${state.padEnd(5)}${about}\n${" ".repeat(13)}${detail}`;
}
