import { Failure } from "./failure.mjs";

/**
 * Runs a command of the trainer, its progress shown.
 * @param {import("./supervisor.mjs").Supervisor} supervisor
 * @param {string[]} args
 * @param {string} [token] for the hub that it sends something to; never the user's own for another hub
 */
export async function trainer(supervisor, args, token = "") {
  const command = ["trainer/bin/trainer.mjs", ...args];
  const { status } = await supervisor.run(process.execPath, command, {
    show: true,
    env: { HUB_TOKEN: token },
  });
  if (status !== 0) throw new Failure(`trainer ${args[0]} failed (status ${status}).`);
}
