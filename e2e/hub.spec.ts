import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

test("the hub shows the dictionary that was uploaded", async ({ page }) => {
  const { model, dictionary } = given.uploaded;
  await page.goto("/");
  await page.getByRole("link", { name: dictionary }).first().click();
  await expect(page).toHaveURL(`/${model}/${dictionary}`);
});
