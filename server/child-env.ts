import "server-only";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/*
 * What of this process' environment a program may know that works on anybody's files.
 */

const passed =
  /^(PATH|HOME|LANG|NODE_ENV|LC_\w+|XDG_\w+|HF_(ENDPOINT|HOME|HUB_OFFLINE)|https?_proxy|no_proxy|LD_LIBRARY_PATH|CUDA_\w+|NVIDIA_\w+|NODE_EXTRA_CA_CERTS|SYSTEMROOT)$/i;

/** Nothing of the hub's secrets is among it. */
export function passedOn(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => passed.test(name));
  return Object.fromEntries(kept) as NodeJS.ProcessEnv;
}

/** Where the models of whoever runs the hub lie, by the rules of Python's huggingface_hub. */
export function modelCache(env: NodeJS.ProcessEnv = process.env): string {
  const home = env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface");
  const cache = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, "hub");
  return resolve(cache.replace(/^~(?=$|\/)/, homedir()));
}
