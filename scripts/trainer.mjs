import { Failure } from "./failure.mjs";

/**
 * Runs a command of the trainer, its progress shown.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string[]} args
 */
export async function trainer(supervisor, args) {
  const command = ["trainer/bin/trainer.mjs", ...args];
  const { status } = await supervisor.run(process.execPath, command, { show: true });
  if (status !== 0) throw new Failure(`trainer ${args[0]} failed (status ${status}).`);
}
