import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

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

/** Files that run the trainer take longest: begun first, none is left over for one core alone in the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => moduleId.includes("/tests/trainer-");
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
