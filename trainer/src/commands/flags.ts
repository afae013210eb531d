import { z } from "zod";
import { UsageError } from "../bundle/index.ts";
import { nearest } from "./nearest.ts";

/** A setting as its schema declares it. */
export type Flag = {
  name: string;
  description: string;
  /** in words, e.g. "an integer > 0" */
  expected: string;
  type: "integer" | "number" | "boolean" | "string";
  /** may be null */
  nullable: boolean;
  /** may be given several times */
  many: boolean;
  default: unknown;
  /** without a default it must be given, unless it may be left out */
  required: boolean;
};

export function listFlags(schema: z.ZodObject): Flag[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties).map(([name, property]) => {
    const declared = property as Declared;
    const kinds = kindsOf(declared);
    const value = kinds.find(({ type }) => type !== "null") as Declared;
    const items = value.items ? kindsOf(value.items) : kinds;
    const item = items.find(({ type }) => type !== "null") as Declared;
    const nullable = items.length > 1;
    return {
      name,
      description: declared.description ?? "",
      expected: expectation(item) + (nullable ? ", or null" : ""),
      type: item.type as Flag["type"],
      nullable,
      many: value.items !== undefined,
      default: required.includes(name) ? undefined : declared.default,
      required: required.includes(name),
    };
  });
}

function kindsOf(declared: Declared): Declared[] {
  return declared.anyOf ?? [declared.type].flat().map((type) => ({ ...declared, type }));
}

type Declared = {
  type?: string | string[];
  description?: string;
  default?: unknown;
  anyOf?: Declared[];
  items?: Declared;
  enum?: string[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
};

function expectation(value: Declared): string {
  if (value.enum) return `one of ${value.enum.join(", ")}`;
  if (value.type === "boolean") return "true or false";
  if (value.type === "string") return "a text";
  const bounds = [
    ["≥", value.minimum],
    [">", value.exclusiveMinimum],
    ["≤", value.maximum],
    ["<", value.exclusiveMaximum],
  ] as const;
  const stated = bounds.filter(
    ([, bound]) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER,
  );
  const kind = value.type === "integer" ? "an integer" : "a number";
  return [kind, stated.map(([sign, bound]) => `${sign} ${bound}`).join(" and ")].join(" ").trim();
}

/**
 * The flags that were given (--d_sae 4096, --d_sae=4096, --json) and the words between them.
 * Values are read but not yet checked: `checkConfig` does that once defaults are filled in.
 */
export function readFlags(
  schema: z.ZodObject,
  argv: string[],
): { given: Record<string, unknown>; words: string[] } {
  const flags = new Map(listFlags(schema).map((flag) => [flag.name, flag]));
  const given: Record<string, unknown> = {};
  const words: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    const [name, ...assigned] = word.slice(2).split("=");
    const flag = flags.get(name);
    if (!flag) throw new UsageError(unknownFlag(name, flags.keys()));
    const text = assigned.length > 0 ? assigned.join("=") : valueAfter(flag, rest);
    const value = readValue(flag, text);
    if (flag.many) given[name] = [...((given[name] as unknown[]) ?? []), value];
    else if (Object.hasOwn(given, name)) throw new UsageError(`--${name}: given twice`);
    else given[name] = value;
  }
  return { given, words };
}

function unknownFlag(name: string, names: Iterable<string>): string {
  const near = nearest(name, names);
  return `unknown flag --${name}${near ? `; did you mean --${near}?` : ""}`;
}

function valueAfter(flag: Flag, rest: string[]): string {
  const next = rest[0];
  if (flag.type === "boolean")
    return next === "true" || next === "false" ? (rest.shift() as string) : "true";
  if (next === undefined || next.startsWith("--"))
    throw new UsageError(`--${flag.name}: no value (expected ${flag.expected})`);
  return rest.shift() as string;
}

/** What cannot be read as the flag's type stays text, which its schema refuses. */
function readValue({ type, nullable }: Flag, text: string): unknown {
  if (nullable && text === "null") return null;
  if (type === "boolean") return { true: true, false: false }[text] ?? text;
  if (type === "string" || text.trim() === "" || Number.isNaN(Number(text))) return text;
  return Number(text);
}

/** The values with defaults filled in; what the schema refuses is a UsageError naming the flag. */
export function checkConfig<S extends z.ZodObject>(
  schema: S,
  values: Record<string, unknown>,
): z.output<S> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  const name = String(path[0]);
  const flag = listFlags(schema).find((known) => known.name === name) as Flag;
  if (!Object.hasOwn(values, name) && flag.default === undefined)
    throw new UsageError(`--${name}: missing (${flag.description})`);
  const given = { [name]: flag.default, ...values };
  const value = path.reduce<unknown>((at, key) => (at as never)[key], given);
  if (Array.isArray(value) && value.length === 0)
    throw new UsageError(`--${name}: no value (expected ${flag.expected})`);
  const expected = message.startsWith("expected") ? message : `expected ${flag.expected}`;
  throw new UsageError(`--${name} ${format(value)}: ${expected} (${flag.description})`);
}

/** A value as one would write it after its flag. */
export function format(value: unknown): string {
  return Array.isArray(value) ? value.map(format).join(" ") : String(value);
}
