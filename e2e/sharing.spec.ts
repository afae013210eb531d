import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const feature = `/${model}/${dictionary}/1`;

test("a feature is shared by its short link, as Markdown, and in a frame of chosen parts", async ({
  page,
  baseURL,
}) => {
  await page.goto(feature);
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share feature 1" });
  await expect(dialog.getByLabel("Link", { exact: true })).toHaveValue(`${baseURL}${feature}`);
  await expect(dialog.getByLabel("Markdown", { exact: true })).toHaveValue(
    `[feature 1](${baseURL}${feature})`,
  );
  const frame = page.frameLocator('iframe[title="How feature 1 looks in a frame"]');
  await expect(frame.getByRole("heading", { name: "Top activations" })).toBeVisible();
  await expect(frame.getByRole("banner")).toHaveCount(0);
  await dialog.getByLabel("logits").check();
  await expect(frame.getByRole("heading", { name: "Logit effects" })).toBeVisible();
  await expect(dialog.getByLabel("Frame", { exact: true })).toHaveValue(
    /embed.*show=examples%2Clogits/,
  );
  const short = await dialog.getByLabel("Short link, for good", { exact: true }).inputValue();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await page.goto(short);
  await expect(page).toHaveURL(feature);
});

test("another site finds out how to show a feature, and may", async ({ page, baseURL }) => {
  await page.goto(feature);
  const link = page.locator('link[type="application/json+oembed"]');
  const answer = await (await page.request.get((await link.getAttribute("href")) ?? "")).json();
  expect(answer.title).toBe(`Feature 1 of ${dictionary} (${model})`);
  const src = /src="([^"]+)"/.exec(answer.html)?.[1]?.replaceAll("&amp;", "&") ?? "";
  expect(src).toContain(`${baseURL}/embed${feature}`);
  const framed = await page.request.get(src);
  expect(framed.status()).toBe(200);
  expect(framed.headers()["content-security-policy"]).toContain("frame-ancestors *");
  expect((await page.request.get(feature)).headers()["content-security-policy"]).toContain(
    "frame-ancestors 'self'",
  );
});

test("a frame of what is not there says so", async ({ page }) => {
  const response = await page.goto(`/embed/${model}/${dictionary}/99999`);
  expect(response?.status()).toBe(404);
  await expect(page.getByText("Nothing to show here")).toBeVisible();
});
