import { parentPort, workerData } from "node:worker_threads";

/*
 * Says in regular intervals that this worker is still at its group, whatever the main thread computes. When
 * the main thread has not turned for long it hangs, and the group is left to another worker.
 */
const { url, token, claim, every, patience } = workerData;
const headers = {
  "content-type": "application/json",
  ...(token === null ? {} : { authorization: `Bearer ${token}` }),
};
let turnedAt = Date.now();
parentPort?.on("message", () => {
  turnedAt = Date.now();
});

async function beat() {
  if (Date.now() - turnedAt > patience) return;
  try {
    const signal = AbortSignal.timeout(every);
    const init = { method: "POST", headers, body: JSON.stringify({ claim }), signal };
    const { status } = await fetch(url, init);
    if (status === 409 || status === 404) parentPort?.postMessage("lost");
  } catch {
    // the hub is away: the next one may reach it before the lease ends
  }
}

setInterval(() => void beat(), every);
