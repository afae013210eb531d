import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { FromThread } from "./in-thread.ts";
import { mapDatapoints } from "./map-datapoints.ts";

/* Seconds pass between two turns of the event loop in here: outside of it, Ctrl-C is heard all the same. */

const main = parentPort as MessagePort;
const tell = (message: FromThread) => main.postMessage(message);
const EVERY = 100;
let told = 0;

const mapped = await mapDatapoints(workerData, (progress) => {
  if (progress.done < progress.total && Date.now() - told < EVERY) return;
  told = Date.now();
  tell({ progress });
});
tell({ mapped });
