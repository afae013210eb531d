import { type APIRequestContext, expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const home = `/${model}/${dictionary}`;
const worst = "its worst datapoint"; // which one that is, the hub says
const pages = [
  "/",
  `/${model}`,
  home,
  `${home}/features`,
  `${home}/1`,
  `${home}/datapoints`,
  worst,
  `${home}/experiments`,
  "/upload",
  "/metrics",
  "/runs",
  "/toys",
  "/status",
];

for (const path of pages) {
  test(`${path} fits a phone, asks no other host, and reports no error`, async ({
    page,
    baseURL,
  }) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("request", (request) => {
      if (!request.url().startsWith(`${baseURL}/`)) faults.push(request.url());
    });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(path === worst ? await worstDatapoint(page.request) : path, {
      waitUntil: "networkidle",
    });
    const wider = await page.evaluate(() => document.body.scrollWidth - document.body.clientWidth);
    expect(wider).toBe(0);
    expect(faults).toEqual([]);
  });
}

async function worstDatapoint(request: APIRequestContext): Promise<string> {
  const response = await request.get(`/api/v1/dictionaries${home}/datapoints?per_page=1`);
  const { context, position } = (await response.json()).rows[0];
  return `${home}/datapoints/${context}/${position}`;
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
