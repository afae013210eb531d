import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Where `npm run setup:gpu` puts what npm does not bring: trainer/gpu. */
export const gpuFolder = fileURLToPath(new URL("../../../gpu", import.meta.url));

export const SETUP = "npm run setup:gpu";

/** A path as one would write it here. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith("..") ? path : short;
}

/** CUDA's shared libraries out of NVIDIA's wheels in `folder`. */
export function cudaLibraries(folder: string): string[] {
  const nvidia = join(folder, "nvidia");
  try {
    return readdirSync(nvidia, { recursive: true, encoding: "utf8" })
      .filter((path) => /(^|\/)lib[^/]+\.so\.\d+$/.test(path))
      .map((path) => join(nvidia, path));
  } catch {
    return []; // set up without them: the system has its own
  }
}
