import { defineConfig } from "@playwright/test";

// what `npm test` has prepared; e2e/given.ts holds the rest
const { E2E_ADDRESS, E2E_BROWSER = "{}", E2E_REPORT } = process.env;

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/archives.ts",
  workers: 2, // on one hub: a file's tests come one after the other, and touch nothing that another's count
  timeout: 60_000,
  globalTimeout: 600_000,
  reporter: [["list"], ["json", { outputFile: E2E_REPORT }]],
  use: {
    baseURL: E2E_ADDRESS,
    launchOptions: JSON.parse(E2E_BROWSER),
    permissions: ["clipboard-read", "clipboard-write"],
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
});
