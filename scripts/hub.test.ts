import { expect, test } from "vitest";
import { startHub } from "./hub.mjs";
import { Supervisor } from "./supervisor.mjs";

test.each(["0", "two", "65", "1.5"])(
  "WEB_PROCESSES %s is refused before anything is started",
  (found) => {
    const supervisor = new Supervisor();
    const [host, port, data, databaseUrl, distDir] = ["127.0.0.1", 1, "/nowhere", "", ".next"];
    const options = { host, port, data, databaseUrl, distDir, more: { WEB_PROCESSES: found } };
    return expect(startHub(supervisor, options)).rejects.toThrow(
      `WEB_PROCESSES: found ${found}, expected a whole number from 1 to 64.`,
    );
  },
);
