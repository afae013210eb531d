import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

const resolve = {
  alias: [
    { find: /^@\//, replacement: `${root}/` },
    // what it is where server code may run; elsewhere, and so in tests, it throws
    { find: "server-only", replacement: `${root}/node_modules/server-only/empty.js` },
  ],
};

// a limit is for what hangs: what is only slow, as on a busy machine, is not a fault
const expect = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    maxWorkers: availableParallelism(), // Vitest would leave one core idle, of two
    projects: [
      {
        resolve,
        test: {
          name: "unit",
          include: ["{app,components,lib,scripts,server,trainer}/**/*.test.{ts,tsx}"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          expect,
        },
      },
      {
        resolve,
        test: {
          name: "boundary",
          include: ["tests/**/*.test.ts"],
          globalSetup: "tests/setup/postgres.ts",
          setupFiles: "tests/setup/fresh-database.ts",
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect,
        },
      },
    ],
  },
});
