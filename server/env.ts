import "server-only";
import { resolve } from "node:path";
import { UsageError } from "trainer/bundle";
import { z } from "zod";

const GIB = 2 ** 30;

const environment = z.object({
  DATABASE_URL: z
    .string("expected the address of a Postgres database, e.g. postgresql://user@host:5432/hub")
    .refine(isPostgresUrl, "expected an address like postgresql://user:password@host:5432/hub"),
  /** where uploads and bundles are kept */
  DATA_DIR: z
    .string()
    .min(1)
    .default("./data")
    .transform((path) => resolve(path)),
  PORT: z.coerce.number("expected a port number").int().min(1).max(65535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  MAX_UPLOAD_BYTES: z.coerce
    .number("expected a number of bytes")
    .int()
    .positive()
    .default(20 * GIB),
});
export type Env = z.infer<typeof environment>;

let known: Env | undefined;

/** The settings of this process; the first call checks them, so that a build needs none. */
export function env(): Env {
  known ??= parseEnv(process.env);
  return known;
}

export function parseEnv(given: Record<string, string | undefined>): Env {
  const parsed = environment.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new UsageError(`unusable environment: ${faults.join("; ")}`);
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return ["postgres:", "postgresql:"].includes(protocol) && pathname.length > 1;
}
