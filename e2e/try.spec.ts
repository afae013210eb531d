import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const text = "Once upon a time there was a little dog named Max.";

test("a sentence is answered on a feature's page, and all features along it one click away", async ({
  page,
}) => {
  await page.goto(`/${model}/${dictionary}/1`);
  await page.getByRole("textbox", { name: "A sentence to try" }).fill(text);
  await page.getByRole("button", { name: "Try", exact: true }).click();
  await expect(page.getByText(/^(Active on \d+ of|It is active on none of)/)).toBeVisible({
    timeout: 20_000,
  });
  await page.getByRole("link", { name: "All features along it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Try a text");
  await expect(page.getByText("Coloured by the activation of feature 1.")).toBeVisible();
  await page.getByRole("link", { name: "By CE-diff" }).click();
  await expect(page.locator('[data-token][title*="CE-diff"]').first()).toBeVisible();
  await page
    .getByRole("link", { name: /^Colour the text by feature/ })
    .first()
    .click();
  await expect(page.getByText(/^Coloured by the activation of feature/)).toBeVisible();
});

test("what a feature's removal does is computed when it is asked for, and kept", async ({
  page,
}) => {
  const { suggested_feature } = await (
    await page.request.get(`/api/v1/dictionaries/${model}/${dictionary}`)
  ).json();
  await page.goto(`/${model}/${dictionary}/${suggested_feature}`);
  const section = page.locator("#ablation");
  await section.getByRole("button").click();
  await expect(section.getByText(/^Without it the loss/)).toBeVisible({ timeout: 20_000 });
  await page.reload();
  await expect(section.getByText(/^Without it the loss/)).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a link with a text shows what came of it", async ({ page }) => {
    await page.goto(`/try?model=${model}&d=${dictionary}&text=${encodeURIComponent(text)}`);
    await expect(page.getByRole("region", { name: "What is active at each token" })).toBeVisible();
    await expect(page.getByRole("rowheader").filter({ hasText: "dog" }).first()).toBeVisible();
  });
});
