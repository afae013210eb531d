import { BundleError } from "../bundle/index.ts";

/** What a key may hold: how it is told, and what it is called in messages. */
export type Kind<T> = { is: (value: unknown) => value is T; expected: string };

export const kinds = {
  size: kind<number>(
    (value) => Number.isSafeInteger(value) && (value as number) > 0,
    "a count > 0",
  ),
  whole: kind<number>(
    (value) => Number.isSafeInteger(value) && (value as number) >= 0,
    "a whole number ≥ 0",
  ),
  number: kind<number>((value) => Number.isFinite(value), "a number"),
  scale: kind<number>((value) => Number.isFinite(value) && (value as number) > 0, "a number > 0"),
  flag: kind<boolean>((value) => typeof value === "boolean", "true or false"),
  text: kind<string>((value) => typeof value === "string" && value !== "", "a text"),
  anything: kind<unknown>((value) => value !== undefined, "a value"),
  record: kind<Record<string, unknown>>(isRecord, "an object"),
};

export function oneOf<T extends string>(...values: T[]): Kind<T> {
  return kind<T>((value) => values.includes(value as T), `one of ${values.join(", ")}`);
}

/** The keys of one object of a foreign config. */
export type Keys = {
  /** its file, for messages and reasons */
  path: string;
  has(key: string): boolean;
  /** Its value, undefined where it is missing or null; of another kind, it is a BundleError. */
  read<T>(key: string, kind: Kind<T>): T | undefined;
  /** Its value where it is of that kind: for what is merely told. */
  maybe<T>(key: string, kind: Kind<T>): T | undefined;
  /** Its value; missing, it is a BundleError. */
  need<T>(key: string, kind: Kind<T>): T;
  /** The keys of the object under a key, and none where it is missing. */
  within(key: string): Keys;
  /** A BundleError that says what a key holds and what was expected of it. */
  refuse(key: string, expected: string): never;
  /** "cfg.json: metadata.hook_name is …", for `because` */
  says(key: string): string;
};

export function keysOf(path: string, record: Record<string, unknown>, prefix = ""): Keys {
  const value = (key: string): unknown =>
    Object.hasOwn(record, key) ? (record[key] ?? undefined) : undefined;
  const refuse = (key: string, expected: string): never => {
    const found = value(key) === undefined ? "missing" : `found ${brief(value(key))}`;
    throw new BundleError(`${path}: ${prefix}${key}: ${found}, expected ${expected}`);
  };
  const read = <T>(key: string, { is, expected }: Kind<T>): T | undefined => {
    const found = value(key);
    return found === undefined || is(found) ? found : refuse(key, expected);
  };
  return {
    path,
    has: (key) => value(key) !== undefined,
    read,
    maybe: (key, { is }) => {
      const found = value(key);
      return is(found) ? found : undefined;
    },
    need: (key, wanted) => read(key, wanted) ?? refuse(key, wanted.expected),
    within: (key) => keysOf(path, read(key, kinds.record) ?? {}, `${prefix}${key}.`),
    refuse,
    says: (key) => `${path}: ${prefix}${key} is ${brief(value(key) ?? null)}`,
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kind<T>(is: (value: unknown) => boolean, expected: string): Kind<T> {
  return { is: is as Kind<T>["is"], expected };
}

/** As JSON, with an end. */
function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
