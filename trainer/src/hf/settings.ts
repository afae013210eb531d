import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../bundle/errors.ts";

/** Which model hub to ask, as whom, and where what it gave is kept. */
export type HubSettings = {
  /** its address, without a slash at the end */
  endpoint: string;
  /** `from` is where the user put it: a variable's name or a file's */
  token: { value: string; from: string } | null;
  /** the folder that Python's huggingface_hub keeps its downloads in, too */
  cache: string;
  /** nothing is asked over the network */
  offline: boolean;
  /** pause before a request is made again; it doubles each time */
  retry_ms: number;
};

const DEFAULT_ENDPOINT = "https://huggingface.co";

/** The settings that the environment gives, by the names and rules of Python's huggingface_hub. */
export function hubSettings(env: NodeJS.ProcessEnv = process.env): HubSettings {
  const home = folder(
    env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface"),
  );
  return {
    endpoint: parseEndpoint(env.HF_ENDPOINT || DEFAULT_ENDPOINT),
    token: readToken(env, home),
    cache: folder(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, "hub")),
    offline: isTrue(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE),
    retry_ms: 1000,
  };
}

/** What a dictionary hub is sent as `--token` when that is not given. */
export function ownHubToken(env: NodeJS.ProcessEnv = process.env): string | null {
  return env.HUB_TOKEN?.trim() || null;
}

function parseEndpoint(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw new UsageError(
      `HF_ENDPOINT ${given}: not an address (expected one like ${DEFAULT_ENDPOINT})`,
    );
  return given.replace(/\/+$/, "");
}

function readToken(env: NodeJS.ProcessEnv, home: string): HubSettings["token"] {
  for (const from of ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"]) {
    const value = env[from]?.trim();
    if (value) return { value, from };
  }
  const path = folder(env.HF_TOKEN_PATH || join(home, "token"));
  try {
    const value = readFileSync(path, "utf8").trim();
    return value ? { value, from: path } : null;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new UsageError(`${path}: the model hub's token cannot be read there`, { cause });
  }
}

/** An absolute path; "~" is the home folder, as shells leave it in variables. */
function folder(path: string): string {
  return resolve(path.replace(/^~(?=$|[\\/])/, homedir()));
}

function isTrue(value = ""): boolean {
  return ["1", "ON", "YES", "TRUE"].includes(value.toUpperCase());
}
