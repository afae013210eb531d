import { expect, test } from "@playwright/test";
import { pages, whatToShow } from "../scripts/pages.mjs";
import { given } from "./given.ts";
import { barriers, excess, measure } from "./measure.ts";

test.describe.configure({ mode: "parallel" }); // they only read, and there are many

const { model, dictionary } = given.uploaded;
const home = `/${model}/${dictionary}`;

/** In bytes, milliseconds, and shares of the window: docs/architecture.md. */
const budget = { script: 200_000, lcp: 2500, cls: 0.02 };

for (const { name, path } of pages) {
  test(`${name} is light, fits every window, can be read by all, and reports no error`, async ({
    page,
    baseURL,
  }) => {
    const hub = baseURL as string;
    const measured = await measure(page, hub);
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 360, height: 740 });
    const shown = await whatToShow(hub, given.uploaded);
    await page.goto(path(shown), { waitUntil: "networkidle" });
    const { script, lcp, cls } = await measured();
    expect.soft(script).toBeLessThanOrEqual(budget.script);
    expect.soft(lcp).toBeLessThanOrEqual(budget.lcp);
    expect.soft(cls).toBeLessThanOrEqual(budget.cls);
    expect.soft(await excess(page)).toBe(0);
    expect.soft(await barriers(page)).toEqual([]);
    await page.setViewportSize({ width: 2560, height: 1200 });
    expect.soft(await excess(page)).toBe(0);
    await page.emulateMedia({ colorScheme: "dark" });
    expect.soft(await barriers(page, ["color-contrast"])).toEqual([]);
    expect((await measured()).faults).toEqual([]);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("features can be sorted, opened and read", async ({ page }) => {
    await page.goto(`${home}/features`);
    await page.getByRole("link", { name: "Density" }).click();
    await page.getByRole("rowheader").getByRole("link").first().click();
    await expect(page.getByRole("heading", { name: "Top activations" })).toBeVisible();
    await expect(page.locator("[data-token]").first()).toHaveAttribute("title", /\d/);
    await page.getByRole("link", { name: "Whole context" }).click();
    await expect(page.locator("[data-strip]").first()).toHaveCSS("display", "block");
  });

  test("datapoints can be filtered, opened and read in their text", async ({ page }) => {
    await page.goto(`${home}/datapoints`);
    await expect(page.getByRole("img", { name: "Positions by CE-diff" })).toBeVisible();
    await page.getByLabel("Show").selectOption("among the best");
    await page.getByLabel("Order").selectOption("least first");
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/order=asc&origin=best|origin=best.*order=asc/);
    const table = page.getByRole("region", { name: "Datapoints" });
    await table.getByRole("rowheader").getByRole("link").first().click();
    await expect(page.getByText("Stored as a datapoint: among the best.")).toBeVisible();
    await expect(page.locator("[data-token][aria-current]")).toHaveAttribute("title", /CE-diff −/);
  });

  test("the upload page says what to do instead", async ({ page }) => {
    await page.goto("/upload");
    await expect(page.getByText("needs JavaScript")).toBeVisible();
    await expect(page.getByText("npm run trainer -- upload")).toBeVisible();
  });
});

test("the theme follows the system until it is switched, and stays switched", async ({ page }) => {
  const paper = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  const light = await paper();
  await page.getByRole("button", { name: "Switch between light and dark" }).click();
  const dark = await paper();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await paper()).toBe(dark);
});

test("a feature has a picture for link previews", async ({ page }) => {
  await page.goto(`${home}/1`);
  const image = await page.locator("meta[property='og:image']").getAttribute("content");
  const response = await page.request.get(image ?? "");
  expect(response.headers()["content-type"]).toBe("image/png");
  expect((await response.body()).length).toBeGreaterThan(10_000);
});
