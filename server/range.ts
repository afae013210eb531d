import "server-only";

/** Bytes [start, end) of a file. */
export type Range = { start: number; end: number };

/**
 * What a Range header asks for (RFC 9110 §14): one range of bytes, "unsatisfiable", or null for the
 * whole file, which is also the answer to several ranges at once and to what makes no sense.
 */
export function parseRange(
  header: string | undefined,
  bytes: number,
): Range | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match) return null;
  const [first, last] = [match[1] ?? "", match[2] ?? ""];
  if (first === "" && last === "") return null;
  if (first === "") {
    const suffix = Math.min(Number(last), bytes);
    return suffix === 0 ? "unsatisfiable" : { start: bytes - suffix, end: bytes };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return null;
  if (start >= bytes) return "unsatisfiable";
  return { start, end: last === "" ? bytes : Math.min(Number(last) + 1, bytes) };
}
