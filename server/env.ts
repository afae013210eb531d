import "server-only";
import { delimiter, join, resolve } from "node:path";
import { UsageError } from "trainer/bundle";
import { z } from "zod";

const GIB = 2 ** 30;

/** What turns sign-in on, and what belongs to it; docs/hosting.md explains each. */
const accounts = {
  /** signs cookies and links; with it people sign in, and the local owner is nobody */
  AUTH_SECRET: z
    .string()
    .min(32, "expected at least 32 characters, e.g. of: openssl rand -base64 32")
    .optional(),
  /** how people reach the hub, e.g. https://hub.example.org */
  AUTH_URL: z
    .string()
    .refine(isPublicUrl, "expected an address like https://hub.example.org, without a path")
    .transform((url) => new URL(url).origin)
    .optional(),
  AUTH_GITHUB_ID: z.string().min(1).optional(),
  AUTH_GITHUB_SECRET: z.string().min(1).optional(),
  /** who makes an account: anybody, as a member or as a reader, or whom maintainers invite */
  AUTH_SIGN_UP: z
    .enum(["open", "readers", "closed"], "expected open, readers or closed")
    .default("closed"),
  /** e-mail addresses, separated by commas, whose owners become maintainers when they sign in */
  AUTH_MAINTAINERS: z
    .string()
    .default("")
    .transform((list) =>
      list
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((one) => one !== ""),
    )
    .pipe(z.array(z.email("expected e-mail addresses, separated by commas"))),
  SMTP_URL: z
    .string()
    .refine(isSmtpUrl, "expected an address like smtps://user:password@host:465")
    .optional(),
  MAIL_FROM: z.string().min(3).optional(),
};

const environment = z.object({
  ...accounts,
  /** how many proxies stand before the hub, each adding to X-Forwarded-For; with none it is believed nothing */
  TRUST_PROXY: z.coerce
    .number("expected how many proxies there are")
    .int()
    .min(0)
    .max(10)
    .default(0),
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
  /** models that are on no model hub, each in a folder named by its id; by default DATA_DIR/models */
  MODELS_DIR: z
    .string()
    .min(1)
    .transform((path) => resolve(path))
    .optional(),
  /** memory for the models and dictionaries that readers' texts are tried on */
  INFERENCE_BYTES: z.coerce
    .number("expected a number of bytes")
    .int()
    .positive()
    .default(4 * GIB),
  /** how long such a text may take */
  INFERENCE_SECONDS: z.coerce.number("expected a number of seconds").positive().default(30),
  /** the text that foreign dictionaries are checked and measured on, as `trainer run --text` takes it; by default the bundled one */
  IMPORT_TEXT: z.string().min(1).optional(),
  /** counted tokens to measure them on, and as many to make their dashboards of; by default the trainer's */
  IMPORT_TOKENS: z.coerce.number("expected a number of tokens").int().min(2000).optional(),
  /** how long one import may take, and how much of the disk beside what was sent */
  IMPORT_SECONDS: z.coerce
    .number("expected a number of seconds")
    .positive()
    .default(6 * 3600),
  IMPORT_BYTES: z.coerce
    .number("expected a number of bytes")
    .int()
    .positive()
    .default(40 * GIB),
});
export type Env = Omit<z.infer<typeof environment>, "RUNS_DIR"> & { RUNS_DIR: string[] };

let known: Env | undefined;

/** The settings of this process; the first call checks them, so that a build needs none. */
export function env(): Env {
  known ??= parseEnv(process.env);
  return known;
}

export function parseEnv(given: Record<string, string | undefined>): Env {
  const parsed = environment.superRefine(checkTogether).safeParse(given);
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

type Given = z.infer<typeof environment>;

/** Each of these is of no use, or a danger, without the others. */
function checkTogether(given: Given, context: z.RefinementCtx): void {
  const needs = (one: keyof Given, other: keyof Given) => {
    if (given[one] !== undefined && given[other] === undefined)
      context.addIssue({ code: "custom", path: [one], message: `needs ${other} as well` });
  };
  needs("AUTH_SECRET", "AUTH_URL");
  needs("AUTH_URL", "AUTH_SECRET");
  needs("AUTH_GITHUB_ID", "AUTH_GITHUB_SECRET");
  needs("AUTH_GITHUB_SECRET", "AUTH_GITHUB_ID");
  needs("AUTH_GITHUB_ID", "AUTH_SECRET");
  needs("SMTP_URL", "MAIL_FROM");
  needs("SMTP_URL", "AUTH_SECRET");
  if (given.AUTH_MAINTAINERS.length > 0) needs("AUTH_MAINTAINERS", "AUTH_SECRET");
}

/** https, or this machine alone: a cookie is not sent in the clear. */
function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname, search, username, hostname } = new URL(text);
  const isSafe = protocol === "https:" || (protocol === "http:" && loopback.test(hostname));
  return isSafe && pathname === "/" && search === "" && username === "";
}

/** Names and addresses by which a machine is reached from itself alone. */
export const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/;

function isSmtpUrl(text: string): boolean {
  return URL.canParse(text) && ["smtp:", "smtps:"].includes(new URL(text).protocol);
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return ["postgres:", "postgresql:"].includes(protocol) && pathname.length > 1;
}
