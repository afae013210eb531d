import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export type Load = {
  readers: number;
  seconds: number;
  /** how long a reader looks at a page, in ms from … to …; 0: not at all */
  pause: [number, number];
  path: () => string;
};

/** Milliseconds of each answer: for the reader, by Server-Timing, and of that the queries. */
export type Reading = {
  whole: number[];
  server: number[];
  query: number[];
  errors: number;
  bytes: number;
  perSecond: number;
};

/** Readers who each ask for a page, take it in, look at it, and ask for the next. */
export async function read(address: string, load: Load): Promise<Reading> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.readers });
  const reading: Reading = { whole: [], server: [], query: [], errors: 0, bytes: 0, perSecond: 0 };
  const begun = performance.now();
  const ends = begun + 1000 * load.seconds;
  const [least, most] = load.pause;
  const pause = () => least + Math.random() * (most - least);
  async function reader(): Promise<void> {
    if (most > 0) await sleep(Math.random() * most); // they do not come all at once
    while (performance.now() < ends) {
      await ask(agent, address + load.path(), reading);
      if (most > 0) await sleep(pause());
    }
  }
  await Promise.all(Array.from({ length: load.readers }, reader));
  agent.destroy();
  reading.perSecond = reading.whole.length / ((performance.now() - begun) / 1000);
  return reading;
}

function ask(agent: Agent, url: string, reading: Reading): Promise<void> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const fail = () => {
      reading.errors++;
      resolve();
    };
    const request = get(url, { agent, headers: { "Accept-Encoding": "gzip" } }, (response) => {
      response.on("data", (chunk) => {
        reading.bytes += chunk.length;
      });
      response.on("error", fail);
      response.on("end", () => {
        if (response.statusCode !== 200) return fail();
        reading.whole.push(performance.now() - begun);
        const timing = String(response.headers["server-timing"]);
        reading.server.push(durationOf(timing, "total"));
        reading.query.push(durationOf(timing, "query"));
        resolve();
      });
    });
    request.on("error", fail);
  });
}

/** "query;dur=3.1, total;dur=9.2" */
function durationOf(timing: string, part: string): number {
  return Number(new RegExp(`${part};dur=([\\d.]+)`).exec(timing)?.[1] ?? Number.NaN);
}
