import type { Machine } from "./machine.ts";
import { nameOf, type Value } from "./value.ts";

const MAX_LONG_BYTES = 1 << 10;

/** Up to the end of the line, as text. */
export function utf8Line(m: Machine): string {
  return m.line().toString("utf8");
}

/** The number of a value to remember. */
export function index(m: Machine): number {
  const text = utf8Line(m);
  if (!/^\d{1,9}$/.test(text)) throw m.error(`found ${nameOf(text)}, expected a number`);
  return Number(text);
}

/** Digits; of INT also 01 and 00, which are true and false. */
export function decimal(m: Machine, isInt: boolean): Value {
  const text = utf8Line(m);
  if (isInt && (text === "01" || text === "00")) return text === "01";
  if (!/^[-+]?\d{1,300}L?$/.test(text))
    throw m.error(`found ${nameOf(text)}, expected a whole number`);
  const digits = text.replace(/L$|^\+/g, "");
  return digits.length < 16 ? Number(digits) : fromBig(BigInt(digits));
}

function fromBig(big: bigint): number | bigint {
  const number = Number(big);
  return Number.isSafeInteger(number) ? number : big;
}

/** Two's complement, little endian. */
export function long(m: Machine, length: number): Value {
  if (length > MAX_LONG_BYTES) throw m.error(`a number of ${length} bytes`);
  if (length === 0) return 0;
  const hex = Buffer.from(m.cursor.take(length)).reverse().toString("hex");
  return fromBig(BigInt.asIntN(8 * length, BigInt(`0x${hex}`)));
}

/** Digits, or inf and nan. */
export function float(m: Machine): number {
  const text = utf8Line(m);
  const special: Record<string, number> = { inf: Infinity, "-inf": -Infinity, nan: NaN };
  if (Object.hasOwn(special, text)) return special[text];
  if (!/^[-+]?[\d.]+(e[-+]?\d+)?$/i.test(text) || Number.isNaN(Number(text)))
    throw m.error(`found ${nameOf(text)}, expected a number`);
  return Number(text);
}

/** A string of Python 2 between quotes. */
export function quoted(m: Machine): string {
  const text = m.line().toString("latin1");
  const inner = /^(['"])(.*)\1$/s.exec(text)?.[2];
  if (inner === undefined) throw m.error(`found ${nameOf(text)}, expected a quoted string`);
  return inner.replaceAll(/\\(x[0-9a-f]{2}|.)/gis, (_all, escaped: string) =>
    escaped.length > 1
      ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
      : (escapes[escaped] ?? escaped),
  );
}

const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r" };

/** Latin-1, with escapes by code point for all else. */
export function rawUnicode(m: Machine): string {
  const text = m.line().toString("latin1");
  return text.replaceAll(
    /\\u([\da-fA-F]{4})|\\U00(0[\da-fA-F]{5}|10[\da-fA-F]{4})/g,
    (_all, four, six) => String.fromCodePoint(Number.parseInt(four ?? six, 16)),
  );
}
