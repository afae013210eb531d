import "server-only";
import { delimiter, join, resolve } from "node:path";
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
  /** what trainers on other machines must send to report their runs */
  RUN_TOKEN: z
    .string()
    .min(16, "expected at least 16 characters")
    .regex(/^[\x21-\x7e]+$/, "expected characters that a header can hold, without spaces")
    .optional(),
  /** folders in which runs are looked for, separated as in PATH; by default ./runs and DATA_DIR/runs */
  RUNS_DIR: z.string().optional(),
});
export type Env = Omit<z.infer<typeof environment>, "RUNS_DIR"> & { RUNS_DIR: string[] };

let known: Env | undefined;

/** The settings of this process; the first call checks them, so that a build needs none. */
export function env(): Env {
  known ??= parseEnv(process.env);
  return known;
}

export function parseEnv(given: Record<string, string | undefined>): Env {
  const parsed = environment.safeParse(given);
  if (parsed.success) {
    const { RUNS_DIR, ...rest } = parsed.data;
    const folders = RUNS_DIR?.split(delimiter) ?? ["runs", join(rest.DATA_DIR, "runs")];
    return {
      ...rest,
      RUNS_DIR: folders.filter((path) => path !== "").map((path) => resolve(path)),
    };
  }
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new UsageError(`unusable environment: ${faults.join("; ")}`);
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return ["postgres:", "postgresql:"].includes(protocol) && pathname.length > 1;
}
