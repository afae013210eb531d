import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;

test("the plot of all dictionaries: other axes, other marks, a point's figures, and its page", async ({
  page,
}) => {
  await page.goto("/");
  const plot = page.getByRole("group", { name: /^Dictionaries by L0 and CE loss recovered/ });
  await expect(plot).toBeVisible();
  await page.getByRole("navigation", { name: "L0 against" }).getByText("CE-diff").click();
  await expect(page).toHaveURL("/?y=ce_diff");
  await page.getByRole("navigation", { name: "Marks by" }).getByText("layer").click();
  await expect(page).toHaveURL("/?y=ce_diff&by=layer");
  await expect(page.getByRole("group", { name: /^Dictionaries by L0 and CE-diff/ })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: /^\d+layer \d+$/ })).not.toHaveCount(0);

  const point = page.getByRole("group").getByRole("link", { name: dictionary, exact: true });
  await point.focus();
  await expect(page.getByRole("tooltip")).toContainText(`${model}/${dictionary}`);
  await expect(page.getByRole("tooltip")).toContainText(/CE loss recovered [01]\.\d+/);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/${model}/${dictionary}`);
});

test("the same choices can be made without scripts", async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    ...(baseURL && { baseURL }),
  });
  const page = await context.newPage();
  await page.goto(`/${model}`);
  await page.getByRole("navigation", { name: "L0 against" }).getByText("FVU").click();
  await expect(page).toHaveURL(`/${model}?y=fvu`);
  const plot = page.getByRole("group", { name: /^Dictionaries by L0 and FVU/ });
  await expect(plot.getByRole("link", { name: dictionary, exact: true })).toBeVisible();
  await page.goto(`/${model}?y=fvu&architecture=gated`);
  await expect(page.getByText("No dictionary with these filters")).toBeVisible();
  await page.getByRole("link", { name: "Reset" }).click();
  await expect(page).toHaveURL(`/${model}?y=fvu`);
  await expect(plot).toBeVisible();
  await context.close();
});

test("its owner describes a dictionary, and what was written is drawn", async ({ page }) => {
  await page.goto(`/${model}/${dictionary}`);
  await page.getByText(/^Describe it and choose a licence/).click();
  await page.getByLabel("Description, in Markdown").fill("# Seen\n\n**One** <i>thing</i>.");
  await page.getByLabel("Licence").selectOption("CC-BY-4.0");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByRole("heading", { level: 3, name: "Seen" })).toBeVisible();
  await expect(page.locator(".written strong")).toHaveText("One");
  await expect(page.locator(".written i")).toHaveCount(0);
  await expect(page.getByText("Licence: CC-BY-4.0")).toBeVisible();

  await page.getByText("Edit description and licence").click();
  await page.getByLabel("Description, in Markdown").fill("");
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect(page.getByText(/^A sparse autoencoder by TopK/)).toBeVisible();
});
