// Connects a share of the output features on a thread of its own.
import { parentPort, workerData } from "node:worker_threads";

if (!process.features.typescript) (await import("tsx/esm/api")).register();
const { connector } = await import("./connector.ts");

/** @type {import("./connect.ts").Share} */
const { samples, config, first, every } = workerData;
const rowOf = connector(samples, config);
for (let feature = first; feature < samples.d_to; feature += every)
  parentPort?.postMessage([rowOf(feature)]);
