import { Failure, messageOf } from "../failure.mjs";

/**
 * Runs a command, its output shown; one that fails, is not there, or does not end in time is a Failure.
 * @param {import("../supervisor.mjs").Supervisor} supervisor
 * @param {string} command
 * @param {string[]} args
 * @param {{ seconds: number, cwd?: string }} options
 */
export async function command(supervisor, command, args, { seconds, cwd }) {
  const shown = [command, ...args].join(" ");
  const line = shown.length > 200 ? `${shown.slice(0, 200)} …` : shown;
  console.log(`$ ${line}`);
  const { status } = await supervisor
    .run(command, args, { show: true, seconds, ...(cwd && { cwd }) })
    .catch((error) => {
      throw error.syscall ? new Failure(`${command} cannot be run: ${messageOf(error)}`) : error;
    });
  if (status === null) throw new Failure(`${line} did not end within ${seconds} s, or was killed`);
  if (status !== 0) throw new Failure(`${line} failed (status ${status})`);
}
