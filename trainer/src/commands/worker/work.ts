import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ClaimedGroup, type GroupEnd, groupClaim, HubError } from "../../bundle/index.ts";
import { lockFolder } from "../../bundle/lock.ts";
import { parseUrl, readToken } from "../hub.ts";
import { HubAway, HubRefusal, tell, toHubError } from "../report/hub-link.ts";
import { runSweep } from "../sweep/run-sweep.ts";
import { type Recipient, sendBundle } from "../upload.ts";
import type { Context, Outcome } from "../verb.ts";
import { hold } from "./hold.ts";

/** Milliseconds between two questions for work, and most between two while the hub is away. */
const EVERY = 3000;
const MOST_BETWEEN = 60_000;

type Flags = { hub: string; token: string | null; dir: string; once: boolean };
type Worker = { hub: URL; token: string | null; flags: Flags; name: string };

/** Takes group after group off a hub's queue and trains it, until it is told to stop. */
export async function workOn(flags: Flags, context: Context): Promise<Outcome> {
  const { dir, once } = flags;
  const hub = parseUrl(flags.hub);
  const name = `${hostname()}:${process.pid}`;
  const worker: Worker = { hub, token: readToken(flags.token), flags, name };
  mkdirSync(dir, { recursive: true });
  const release = lockFolder(dir);
  const tally = { done: 0, failed: 0 };
  try {
    context.say(`worker: ${name} asks ${hub.origin} for work; Ctrl-C gives back what is at hand`);
    for (;;) {
      context.signal.throwIfAborted();
      const { group, lease } = await claim(worker, context);
      if (group) tally[await trainGroup(worker, group, lease, context)]++;
      else if (once) break;
      else await sleep(EVERY, undefined, { signal: context.signal });
    }
  } finally {
    release();
  }
  const text = `${tally.done} groups done, ${tally.failed} attempts failed; no group waits on ${hub.origin}`;
  return { text, data: tally };
}

/** Asks until the hub answers; one that refuses ends the worker. */
async function claim({ hub, token, name }: Worker, { say, signal }: Context) {
  const url = new URL("/api/v1/groups/claim", hub);
  for (let pause = EVERY; ; pause = Math.min(MOST_BETWEEN, 2 * pause)) {
    try {
      return await tell(url, token, { worker: name }, groupClaim);
    } catch (error) {
      if (!(error instanceof HubAway)) throw toHubError(hub, error);
      if (pause === EVERY)
        say(`worker: ${hub.origin}: ${error.message}; asking again until it answers`);
      await sleep(pause, undefined, { signal });
    }
  }
}

/** One attempt at a group. What is wrong with it is told to the hub, and the worker goes on. */
async function trainGroup(
  worker: Worker,
  group: ClaimedGroup,
  lease: number,
  context: Context,
): Promise<"done" | "failed"> {
  const { sweep, name, claim } = group;
  const at = new URL(`/api/v1/groups/${group.id}/`, worker.hub);
  const held = hold({ url: new URL("hold", at), token: worker.token, claim, lease });
  const signal = AbortSignal.any([context.signal, held.lost]);
  const end = (how: GroupEnd["how"], error: string | null = null) =>
    tellEnd(new URL("end", at), worker.token, { claim, how, error });
  context.say(
    `worker: ${sweep}, ${name}: ${group.dictionaries} dictionaries, attempt ${group.attempts}`,
  );
  try {
    await train(worker, group, { ...context, signal });
    await end("done");
    return "done";
  } catch (error) {
    if (context.signal.aborted) {
      await end("released");
      throw error;
    }
    const { message } = (held.lost.aborted ? held.lost.reason : error) as Error;
    context.say(`worker: ${sweep}, ${name}: ${message}`);
    if (!held.lost.aborted) await end("failed", message.slice(0, 4000));
    return "failed";
  } finally {
    held.release();
  }
}

/** Trains the dictionaries of a group and sends each bundle as soon as it is sealed. */
async function train(worker: Worker, group: ClaimedGroup, context: Context): Promise<void> {
  const { hub, flags } = worker;
  const { hub: _h, dir, once: _o, ...machine } = flags;
  const ofSweep = join(dir, group.sweep);
  const given = { ...group.config, ...machine, report: hub.origin, cache: join(ofSweep, "cache") };
  await runSweep(join(ofSweep, group.name), given, context, {
    name: group.sweep,
    runId: (name) => toUuid(`${group.id}/${name}`),
    sealed: (bundle) => sendPatiently(bundle, { url: hub, token: worker.token }, context),
  });
}

/** What took hours to train is not lost to a hub that is being restarted; one that refuses is. */
async function sendPatiently(bundle: string, hub: Recipient, context: Context): Promise<void> {
  for (let pause = 1000; ; pause *= 2)
    try {
      context.say(`worker: sent ${await sendBundle(bundle, hub, context)}`);
      return;
    } catch (error) {
      const isAway = error instanceof HubError && error.cause !== undefined;
      if (!isAway || pause > MOST_BETWEEN) throw error;
      await sleep(pause, undefined, { signal: context.signal });
    }
}

/** The hub may be restarting; how an attempt ended is worth some patience. */
async function tellEnd(url: URL, token: string | null, end: GroupEnd): Promise<void> {
  for (let pause = 1000; pause <= 16_000; pause *= 2)
    try {
      await tell(url, token, end, z.object({}));
      return;
    } catch (error) {
      if (error instanceof HubRefusal) return; // not this worker's any more
      await sleep(pause);
    }
}

/** The same run of the same group has the same id, whichever worker trains it: RFC 9562's version 8. */
function toUuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16], 16) % 4];
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`];
  return [...parts, `${variant}${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
}
