import { Failure, messageOf } from "../failure.mjs";

/**
 * Runs a command, its output shown; one that fails, is not there, or does not end in time is a Failure.
 * @param {import("../supervisor.mjs").Supervisor} supervisor
 * @param {string} what it does, for the Failure
 * @param {string[]} words
 * @param {{ seconds: number, cwd?: string }} options
 */
export async function command(supervisor, what, [program = "", ...args], { seconds, cwd }) {
  console.log(`${what}, for ${seconds / 60} minutes at most\n$ ${[program, ...args].join(" ")}`);
  const { status } = await supervisor
    .run(program, args, { show: true, seconds, ...(cwd && { cwd }) })
    .catch((error) => {
      if (!error.syscall) throw error;
      throw new Failure(`${what}: ${program} cannot be run (${messageOf(error)})`);
    });
  if (status === null) throw new Failure(`${what}: it took more than ${seconds} s, or was killed`);
  if (status !== 0) throw new Failure(`${what}: ${program} failed (status ${status})`);
}
