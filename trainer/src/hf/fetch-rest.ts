import { open, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { BundleError, HubError } from "../bundle/errors.ts";

export type Rest = {
  /** what errors call the file */
  name: string;
  bytes: number;
  /** asks for the file's bytes from `start` on */
  ask(start: number): Promise<Response>;
  /** hears how many bytes of the file are there */
  onBytes(done: number): void;
  signal: AbortSignal;
  /** a connection that brings nothing for so long is broken off */
  idle_ms?: number;
};

/** After so many attempts in a row that brought nothing, the connection's error rises. */
const ATTEMPTS = 3;

/** Fills the file at `path`, going on where it ends, also when the connection breaks. */
export async function fetchRest(path: string, rest: Rest): Promise<void> {
  if ((await sizeOf(path)) > rest.bytes) await rm(path);
  for (let inVain = 0; ; ) {
    const had = await sizeOf(path);
    if (had === rest.bytes) return;
    try {
      await fetchOnce(path, Math.max(0, had), rest);
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
      inVain = (await sizeOf(path)) > had ? 0 : inVain + 1;
      if (inVain === ATTEMPTS) throw error;
    }
  }
}

class BrokenOff extends HubError {}

/**
 * Every byte is written at its own place, so that a file that two processes fill is still right:
 * both write the same.
 */
async function fetchOnce(path: string, have: number, rest: Rest): Promise<void> {
  const { name, bytes, onBytes, signal } = rest;
  const response = await rest.ask(have);
  let done = startOf(response);
  if (done !== 0 && done !== have)
    throw new HubError(`${name}: asked from byte ${have} on, the answer begins at ${done}`);
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), rest.idle_ms ?? 60_000);
  const body = Readable.fromWeb(response.body as never, {
    signal: AbortSignal.any([signal, idle.signal]),
  });
  await (await open(path, "a")).close();
  const file = await open(path, "r+");
  try {
    for await (const block of body as AsyncIterable<Uint8Array>) {
      timer.refresh();
      if (done + block.length > bytes)
        throw new BundleError(`${name}: longer than the ${bytes} bytes that were announced`);
      for (let at = 0; at < block.length; )
        at += (await file.write(block, at, block.length - at, done + at)).bytesWritten;
      done += block.length;
      onBytes(done);
    }
  } catch (cause) {
    signal.throwIfAborted();
    const { syscall } = cause as NodeJS.ErrnoException;
    if (cause instanceof BundleError || syscall === "write") throw cause;
    throw new BrokenOff(`${name}: broken off after ${done} of ${bytes} bytes`, { cause });
  } finally {
    clearTimeout(timer);
    await file.close();
  }
  if (done < bytes) throw new BrokenOff(`${name}: ended after ${done} of ${bytes} bytes`);
}

/** Where the answer begins: at 0 when the server does not know ranges. */
function startOf({ status, headers }: Response): number {
  if (status !== 206) return 0;
  return Number(/^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1] ?? Number.NaN);
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.size ?? -1;
}
