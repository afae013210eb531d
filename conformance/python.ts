import { spawnSync } from "node:child_process";

/** The interpreter that checks are run with. */
export const python = process.env.PYTHON ?? "python3";

const script = `import importlib.util, sys
print(*[name for name in sys.argv[1:] if importlib.util.find_spec(name) is None])`;

/** Why what needs these modules cannot be run; null when it can. */
export function hindrance(modules: string[]): string | null {
  const { stdout, error } = spawnSync(python, ["-c", script, ...modules], { encoding: "utf8" });
  if (error) return `${python} cannot be started (${error.message})`;
  const missing = stdout.split(/\s+/).filter(Boolean);
  return missing.length > 0 ? `no module ${missing.join(", ")}` : null;
}
