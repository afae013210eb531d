import { readdirSync, readFileSync } from "node:fs";

/** The most that a process and its children have held, each at its own time, in MiB. */
export function peakOf(pid: number): number {
  return familyOf(pid).reduce((sum, one) => sum + mebibytes(read(one, "status"), "VmHWM"), 0);
}

/** What a process and its children hold now, in MiB; what they share is counted once. */
export function heldBy(pid: number): number {
  return familyOf(pid).reduce((sum, one) => sum + mebibytes(read(one, "smaps_rollup"), "Pss"), 0);
}

/** Processor time that a process and its children have had, those that have ended among them, in ms. */
export function processorOf(pid: number): number {
  return familyOf(pid).reduce((sum, one) => {
    // its own in user and system mode, and that of children it has seen end, in hundredths of a second
    const times = read(one, "stat").split(") ")[1]?.split(" ").slice(11, 15) ?? [];
    return sum + times.reduce((ticks, text) => ticks + 10 * Number(text), 0);
  }, 0);
}

function familyOf(pid: number): number[] {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((one) => one === pid || parentOf(one) === pid);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(pid, "status"))?.[1] ?? 0);
}

function mebibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1024;
}

/** Empty when the process has ended meanwhile. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
