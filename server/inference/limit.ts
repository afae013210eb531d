import "server-only";
import { HttpError } from "../http.ts";

/*
 * What computes for anybody is bounded for each: so many texts at once, and then so many a second.
 */

const BURST = 40;
const PER_SECOND = 2;

/** Addresses that are remembered; one that has been silent for a while is as good as new. */
const MOST_ADDRESSES = 10_000;

type Bucket = { left: number; at: number };

const shared = globalThis as typeof globalThis & { hubBuckets?: Map<string, Bucket> };

/** Takes one of the turns that the sender has, or throws a 429 that says when there is another. */
export function takeTurn(headers: Headers, now = performance.now()): void {
  shared.hubBuckets ??= new Map();
  const buckets = shared.hubBuckets;
  const address = headers.get("x-forwarded-for")?.split(",")[0]?.trim() ?? "";
  const { left, at } = buckets.get(address) ?? { left: BURST, at: now };
  const refilled = Math.min(BURST, left + (PER_SECOND * (now - at)) / 1000);
  buckets.delete(address); // and set again: a Map's order is the order of setting
  buckets.set(address, { left: Math.max(0, refilled - 1), at: now });
  const oldest = buckets.keys().next();
  if (buckets.size > MOST_ADDRESSES && !oldest.done) buckets.delete(oldest.value);
  if (refilled >= 1) return;
  const seconds = Math.ceil((1 - refilled) / PER_SECOND);
  throw new HttpError(429, `too many texts from one address; try again in ${seconds} s`, seconds);
}
