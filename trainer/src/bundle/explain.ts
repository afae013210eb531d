import type { z } from "zod";

/** The first thing that a schema found wrong with `value`: which key, what it holds, what was expected. */
export function explain({ issues }: z.ZodError, value: unknown): string {
  const [{ path, message }] = issues;
  const found = path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown>)?.[key],
    value,
  );
  const shown =
    typeof found === "object" && found !== null
      ? ""
      : ` is ${JSON.stringify(found)?.slice(0, 60) ?? "missing"}`;
  return `${path.join(".") || "the whole"}${shown}: ${message}`;
}
