import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { temporaryFolder } from "../scripts/temporary-folder.mjs";
import { startTrainer } from "../tests/trainer.ts";
import { given, runsFolder } from "./given.ts";

const { model, dictionary } = given.uploaded;

/* A run somewhere else, which the hub knows by its reports alone. */
const elsewhere = temporaryFolder();
let trainer: ChildProcess | undefined;
test.afterEach(() => {
  trainer?.kill("SIGKILL");
});
test.afterAll(() => rmSync(elsewhere, { recursive: true }));

function train(name: string, report: string): ChildProcess {
  const settings = {
    cache: join(runsFolder, "cache"),
    harvest_tokens: 300_000,
    train_tokens: 60_000_000,
    d_sae: 512,
    fvu_every_steps: 20,
    report,
  };
  const flags = Object.entries(settings).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  return startTrainer(elsewhere, ["run", name, ...flags]);
}

const chart = (page: Page) => page.getByRole("img", { name: "Loss and its parts; now loss" });
const pathOf = (page: Page) => chart(page).locator("path").first().getAttribute("d");

test("a run on another machine is seen while it trains, and seen to stop", async ({
  page,
  baseURL,
}) => {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  const name = `far-away-${process.pid}`;
  trainer = train(name, baseURL ?? "");
  await page.goto("/");
  await page.getByRole("banner").getByRole("link", { name: "Runs" }).click();
  await page.getByRole("rowheader").getByRole("link", { name }).click({ timeout: 30_000 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByText("training", { exact: true })).toBeVisible({ timeout: 20_000 });

  const before = await pathOf(page);
  await expect.poll(() => pathOf(page), { timeout: 20_000 }).not.toBe(before);
  await expect(page.getByRole("img", { name: /^FVU on held-out activations; now/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Tokens per second; now/ })).toBeVisible();

  trainer.kill("SIGINT");
  await once(trainer, "exit");
  await expect(page.getByText("stopped", { exact: true })).toBeVisible({ timeout: 15_000 });
  expect(faults).toEqual([]);
});

test("a run of the hub's own machine is found without a report, and leads to its dictionary", async ({
  page,
}) => {
  await page.goto("/runs");
  await page.getByRole("rowheader").getByRole("link", { name: dictionary }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(dictionary);
  await expect(page.getByText("finished", { exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Open the dictionary" }).click();
  await expect(page).toHaveURL(`/${model}/${dictionary}`);
});

test("a run's page fits a phone", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto("/runs");
  await page.getByRole("rowheader").getByRole("link", { name: dictionary }).click();
  await expect(chart(page)).toBeVisible();
  const wider = await page.evaluate(() => document.body.scrollWidth - document.body.clientWidth);
  expect(wider).toBe(0);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a run's charts are there", async ({ page }) => {
    await page.goto("/runs");
    await page.getByRole("rowheader").getByRole("link", { name: dictionary }).click();
    await expect(chart(page)).toBeVisible();
    expect(await pathOf(page)).toMatch(/^M[\d.]+,[\d.]+L/);
  });
});

test("an address of no run says what to do next", async ({ page }) => {
  const response = await page.goto("/runs/00000000-0000-4000-8000-000000000000");
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("link", { name: "All runs" })).toBeVisible();
});

test("a sweep that waits in the queue shows its groups, and how they are trained", async ({
  page,
  baseURL,
}) => {
  const groups = ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"].map((name) => ({
    name,
    dictionaries: 2,
    config: { hook_name: [name], k: [8, 16] },
  }));
  const name = `queued-${process.pid}`;
  await page.request.post("/api/v1/sweeps", { data: { name, groups } });
  await page.goto("/runs");
  await page.getByRole("rowheader").getByRole("link", { name }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByText("waiting for a worker")).toHaveCount(2);
  await expect(page.getByText(`npx trainer worker --hub ${baseURL}`)).toBeVisible();

  const claim = async () =>
    (await page.request.post("/api/v1/groups/claim", { data: { worker: "lab-7" } })).json();
  let { group } = await claim();
  while (group.sweep !== name) ({ group } = await claim()); // another test's may come first
  await expect(page.getByRole("row", { name: /being trained lab-7/ })).toBeVisible({
    timeout: 15_000,
  });
  await page.request.post(`/api/v1/groups/${group.id}/end`, {
    data: { claim: group.claim, how: "failed", error: "no such hook" },
  });
  await expect(page.getByText("no such hook")).toBeVisible({ timeout: 15_000 });
});

test("a run of the hub's own machine is stopped on its page, and gone on with", async ({
  page,
}) => {
  const dir = join(runsFolder, `here-${process.pid}`);
  const settings = { cache: join(runsFolder, "cache"), train_tokens: 60_000_000, d_sae: 512 };
  const flags = Object.entries(settings).flatMap(([flag, value]) => [`--${flag}`, String(value)]);
  trainer = startTrainer(runsFolder, ["run", dir, "--harvest_tokens", "300000", ...flags]);
  await page.goto("/runs");
  const link = page.getByRole("rowheader").getByRole("link", { name: `here-${process.pid}` });
  await expect(async () => {
    await page.reload();
    await link.click({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await page.getByRole("button", { name: "Stop" }).click({ timeout: 20_000 });
  await expect(page.getByText("stopped", { exact: true })).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByRole("button", { name: "Stop" })).toBeVisible({ timeout: 20_000 });
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("stopped", { exact: true })).toBeVisible({ timeout: 20_000 });
});
