import { Failure, messageOf } from "../failure.mjs";
import { setUpCuda } from "./cuda.mjs";
import { loadingError } from "./loader.mjs";
import { setUpTfjs } from "./tfjs.mjs";

/** @typedef {import("../supervisor.mjs").Supervisor} Supervisor */
/** @typedef {{ works: boolean, detail: string }} Found */

/** @type {Record<string, (supervisor: Supervisor) => Promise<void>>} */
const setups = { tfjs: setUpTfjs, cuda: setUpCuda };

/** A driver compiles for a GPU that a library does not know when it is first used: minutes. */
const CHECK_SECONDS = 600;

/**
 * Sets up each device that does not work yet, and says of each whether it does.
 * @param {Supervisor} supervisor
 * @param {string[]} devices
 * @param {{ anyway: boolean }} options
 * @returns {Promise<boolean>} whether all of them work
 */
export async function setUp(supervisor, devices, { anyway }) {
  const driver = loadingError("libcuda.so.1");
  /** @type {[string, Found][]} */
  const rows = [];
  for (const device of devices) {
    let found = await check(supervisor, device);
    const setup = setups[device];
    if (!found.works && setup && (anyway || !driver)) {
      console.log(`\nSetting up ${device}`);
      try {
        await setup(supervisor);
        found = await check(supervisor, device);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        found = { works: false, detail: messageOf(error) };
      }
    } else if (!found.works && setup)
      found.detail += `\nnothing was fetched for it; npm run setup:gpu ${device} -- --anyway would, even without a driver`;
    rows.push([device, found]);
  }
  const working = rows.filter(([, { works }]) => works).length;
  const lines = rows.map(([device, { works, detail }]) => {
    const indented = detail.trim().replaceAll("\n", `\n${" ".repeat(17)}`);
    return `${device.padEnd(8)}${works ? "works" : "missing"}${works ? "    " : "  "}${indented}`;
  });
  console.log(`\n${lines.join("\n")}\n\n${working} of ${rows.length} devices work here.`);
  return working === rows.length;
}

/**
 * Has a device compute, in a process of its own: what it loads may end that.
 * @param {Supervisor} supervisor
 * @param {string} device
 * @returns {Promise<Found>}
 */
async function check(supervisor, device) {
  const command = ["trainer/bin/trainer.mjs", "devices", device, "--json"];
  const { status, output } = await supervisor.run(process.execPath, command, {
    seconds: CHECK_SECONDS,
  });
  const result = output.split("\n").find((line) => line.startsWith('{"type":"result"'));
  if (status !== 0 || !result) {
    const how =
      status === null
        ? `did not answer within ${CHECK_SECONDS} s, or crashed`
        : `failed (${status})`;
    return { works: false, detail: `checking it ${how}:\n${output.trim().slice(-1000)}` };
  }
  const [{ available, detail }] = JSON.parse(result).devices;
  return { works: available, detail };
}
