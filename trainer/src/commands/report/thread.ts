import { setTimeout as sleep } from "node:timers/promises";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { HubAway } from "./hub-link.ts";
import type { FromThread, ThreadData, ToThread } from "./reporter.ts";
import { RunTeller } from "./run-teller.ts";

/*
 * The thread that tells a hub of runs. It has an event loop of its own, so that neither waits for the
 * other: training does not hear of a slow hub, and the hub is told while a step is computed.
 */

/** Milliseconds between two looks, and most between two attempts to reach a hub that is away. */
const EVERY = 1000;
const MOST_BETWEEN = 60_000;
const WHILE_ENDING = 500;

const main = parentPort as MessagePort;
const { hub, token } = workerData as ThreadData;
const url = new URL(hub);
const tellers = new Map<string, RunTeller>();
const ending = new Set<string>();
let isAway = false;

main.on("message", (message: ToThread) => {
  const { kind, id } = message;
  if (kind === "open") tellers.set(id, new RunTeller(message.run, url, token));
  if (kind === "progress") tellers.get(id)?.progress(message.now);
  if (kind === "end") {
    tellers.get(id)?.end(message.how);
    ending.add(id);
  }
});
await tellForEver();

async function tellForEver(): Promise<never> {
  let pause = EVERY;
  for (;;) {
    await tellAll();
    pause = isAway ? Math.min(MOST_BETWEEN, 2 * pause) : EVERY;
    const from = Date.now();
    while (Date.now() < from + (ending.size > 0 ? WHILE_ENDING : pause)) await sleep(50);
  }
}

async function tellAll(): Promise<void> {
  for (const [id, teller] of tellers)
    try {
      const isOver = await teller.tell();
      if (isAway) say(`${url.origin} is reached again`);
      isAway = false;
      if (isOver) ended(id);
    } catch (error) {
      if (error instanceof HubAway) return missed(error);
      say(`${url.origin} takes no report: ${(error as Error).message}; the work goes on without`);
      ended(id);
    }
}

/** Says once that the hub is away; until it is back, nothing more is said. */
function missed({ message }: HubAway): void {
  if (!isAway)
    say(`${url.origin}: ${message}; the work goes on, and is reported once the hub can be reached`);
  isAway = true;
}

function ended(id: string): void {
  tellers.delete(id);
  ending.delete(id);
  send({ kind: "ended", id });
}

function say(text: string): void {
  send({ kind: "say", text: `report: ${text}` });
}

function send(message: FromThread): void {
  main.postMessage(message);
}
