import { spawnSync } from "node:child_process";
import { chownSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { Failure } from "./failure.mjs";

// for `sh`: can the folder be entered and the binary be run?
const REACHES = ["-c", 'cd "$0" && exec "$1" --version'];

/**
 * How to run a server binary: what to put in front of its command line, and the ids to take on.
 * @typedef {{
 *   commandLine: (binary: string, args: string[]) => [string, string[]],
 *   ids: { uid?: number, gid?: number },
 * }} Runner
 */

/**
 * Postgres refuses to run as root, and as a user without a name. Where either is so, the first of
 * these that works is taken: becoming `nobody`; becoming `nobody` with the one right to pass
 * folders that only root may open (a checkout under /root); staying oneself in a namespace that
 * says `nobody`.
 * @param {string} postgres path of the binary
 * @param {string} folder the cluster's folder, which the server will own
 * @returns {Runner}
 */
export function postgresRunner(postgres, folder) {
  const self = process.getuid?.() ?? -1;
  if (self !== 0 && hasName()) return runner([], {});
  const { uid, gid } = ownerFor(folder);
  const asRoot = [
    { owner: { uid, gid }, prefix: [], ids: { uid, gid } },
    {
      owner: { uid, gid },
      prefix: [
        "setpriv",
        `--reuid=${uid}`,
        `--regid=${gid}`,
        "--clear-groups",
        "--securebits=+no_setuid_fixup", // without it the capability is lost at exec
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=+dac_override",
        "--",
      ],
      ids: {},
    },
  ];
  const asAnybody = {
    owner: { uid: self, gid: process.getgid?.() ?? -1 },
    prefix: ["unshare", "--user", `--map-user=${uid}`, `--map-group=${gid}`, "--"],
    ids: {},
  };
  for (const { owner, prefix, ids } of self === 0 ? [...asRoot, asAnybody] : [asAnybody]) {
    chownSync(folder, owner.uid, owner.gid);
    const candidate = runner(prefix, ids);
    const [command, args] = candidate.commandLine("/bin/sh", [...REACHES, folder, postgres]);
    if (spawnSync(command, args, { ...ids, cwd: "/" }).status === 0) return candidate;
  }
  throw new Failure(
    "Postgres runs neither as root nor as a user without a name, and this one cannot become another here; run as a plain user, or set DATABASE_URL to a Postgres server.",
  );
}

/**
 * @param {string[]} prefix
 * @param {{ uid?: number, gid?: number }} ids
 * @returns {Runner}
 */
function runner(prefix, ids) {
  const commandLine = (/** @type {string} */ binary, /** @type {string[]} */ args) => {
    const [command = binary, ...rest] = [...prefix, binary, ...args];
    return /** @type {[string, string[]]} */ ([command, rest]);
  };
  return { commandLine, ids };
}

function hasName() {
  try {
    return userInfo().username !== "";
  } catch {
    return false;
  }
}

/**
 * The folder's owner when it has served before under another user, else `nobody`.
 * @param {string} folder
 */
function ownerFor(folder) {
  const { uid, gid } = statSync(folder);
  if (uid !== process.getuid?.()) return { uid, gid };
  return { uid: nobody("-u"), gid: nobody("-g") };
}

/** @param {"-u" | "-g"} which */
function nobody(which) {
  const { status, stdout } = spawnSync("id", [which, "nobody"], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : 65534;
}
