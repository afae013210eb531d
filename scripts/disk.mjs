import { statfsSync } from "node:fs";
import { Failure } from "./failure.mjs";

export const GIB = 2 ** 30;
const FULL = 2 ** 24; // with less, a write has failed or is about to

/**
 * @param {string} folder
 * @param {number} bytes
 * @param {string} purpose
 */
export function assertSpace(folder, bytes, purpose) {
  const free = freeBytes(folder);
  if (free < bytes)
    throw new Failure(
      `There is not enough space on the disk of ${folder}: ${purpose} needs ${gib(bytes)}, ${gib(free)} are free.`,
    );
}

/** @param {string} folder */
export function isFull(folder) {
  return freeBytes(folder) < FULL;
}

/** @param {string} folder */
function freeBytes(folder) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** @param {number} bytes */
function gib(bytes) {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
