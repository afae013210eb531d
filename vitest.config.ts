import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

const resolve = {
  alias: [
    { find: /^@\//, replacement: `${root}/` },
    // what it is where server code may run; elsewhere, and so in tests, it throws
    { find: "server-only", replacement: `${root}/node_modules/server-only/empty.js` },
  ],
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: "unit",
          include: ["{app,components,lib,scripts,server,trainer}/**/*.test.{ts,tsx}"],
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
        },
      },
    ],
  },
});
