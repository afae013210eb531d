import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const home = `/${model}/${dictionary}`;

test("from the hub to a feature, its values, and the next one", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("rowheader").getByRole("link", { name: dictionary }).click();
  await expect(page).toHaveURL(home);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(dictionary);

  await page.getByRole("link", { name: "Features", exact: true }).click();
  await page.getByRole("columnheader").getByRole("link", { name: "Density" }).click();
  await expect(page).toHaveURL(/sort=density&order=desc/);
  const densities = await page.locator("tbody td:nth-child(4)").allInnerTexts();
  expect(densities.length).toBeGreaterThan(20);
  expect(densities).toEqual([...densities].sort((a, b) => Number(b) - Number(a)));

  await page.getByRole("rowheader").getByRole("link").first().click();
  await expect(page.getByRole("heading", { name: "Top activations" })).toBeVisible();
  const line = page
    .getByRole("listitem")
    .filter({ has: page.locator("[data-token]") })
    .first();
  await line.locator("[data-token][tabindex='0']").hover();
  const value = await line.locator("> span").first().innerText();
  await expect(page.getByRole("tooltip")).toContainText(value);

  const index = Number(new URL(page.url()).pathname.split("/").at(-1));
  await page.getByRole("link", { name: "Next feature" }).click();
  await expect(page).toHaveURL(`${home}/${index + 1}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Feature ${index + 1}`);
});

test("from a dictionary to its worst datapoint, along its text, to a feature that is active there", async ({
  page,
}) => {
  await page.goto(home);
  await page.getByRole("link", { name: "Datapoints", exact: true }).click();
  await expect(page.getByRole("heading", { name: "CE-diff per datapoint" })).toBeVisible();
  const column = page.getByRole("region", { name: "Datapoints" }).getByRole("rowheader");
  const ce_diffs = (await column.allInnerTexts()).map((text) => Number(text.replace("−", "-")));
  expect(ce_diffs.length).toBe(50);
  expect(ce_diffs).toEqual([...ce_diffs].sort((a, b) => b - a));
  await column.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/datapoints\/\d+\/\d+$/);
  const worst = page.url();

  const here = page.locator("[data-token][aria-current]");
  await expect(async () => {
    await here.blur(); // what scrolls hides the tip, and the page still scrolls to its top
    await here.focus();
    await expect(page.getByRole("tooltip")).toContainText(/CE-diff \+\d/, { timeout: 500 });
  }).toPass();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Next better datapoint" }).click();
  await expect(page).not.toHaveURL(worst);
  await expect(page.getByText("no. 2 of")).toBeVisible();
  await page.getByRole("link", { name: "Next worse datapoint" }).click();
  await expect(page).toHaveURL(worst);

  const active = page.getByRole("region", { name: "Active features" });
  const feature = active.getByRole("rowheader").getByRole("link").first();
  const index = await feature.innerText();
  await feature.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Feature ${index}`);
});

test("the arrow keys go from feature to feature, and from token to token within a line", async ({
  page,
}) => {
  const { suggested_feature } = await (
    await page.request.get(`/api/v1/dictionaries${home}`)
  ).json();
  await page.goto(`${home}/${suggested_feature}`);
  await page.locator("[data-token][tabindex='0']").first().focus();
  await expect(page.getByRole("tooltip")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("tooltip")).toBeHidden();
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(`${home}/${suggested_feature}`);
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("ArrowRight");
  await expect(page).toHaveURL(`${home}/${suggested_feature + 1}`);
});

test("the search box understands an address and part of a name", async ({ page }) => {
  await page.goto("/");
  const box = page.getByRole("banner").getByRole("combobox");
  await box.fill(`${model}/${dictionary}/3`);
  await box.press("Enter");
  await expect(page).toHaveURL(`${home}/3`);
  await box.fill(dictionary.slice(0, -1));
  await box.press("Enter");
  await expect(page.getByRole("rowheader").getByRole("link", { name: dictionary })).toBeVisible();
});

test("a word typed into the box leads to the features that fire on it", async ({ page }) => {
  await page.goto("/");
  await page.keyboard.press("/");
  const box = page.getByRole("banner").getByRole("combobox");
  await expect(box).toBeFocused();
  await box.pressSequentially("dog");
  await expect(page.getByRole("option", { name: /^dog .*token/ })).toBeVisible();
  await box.press("ArrowDown");
  await expect(page.getByRole("option", { name: /^dog .*token/, selected: true })).toBeVisible();
  await box.press("Enter");
  await expect(page).toHaveURL(/\/search\?q=dog&in=tokens/);
  const first = page.getByRole("region", { name: `${model}/${dictionary}` }).getByRole("listitem");
  await expect(first.first()).toContainText("dog");
  await first.first().getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${home}/\\d+$`));
});

test("features are filtered by what the address says", async ({ page }) => {
  await page.goto(`${home}/features`);
  await page.getByText("Bounds of the figures").click();
  await page.getByLabel("Least density").fill("0.01");
  await page.getByLabel("Show").selectOption("alive");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(`${home}/features?state=alive&density_min=0.01`);
  for (const density of await page.locator("tbody td:nth-child(4)").allInnerTexts())
    expect(Number(density)).toBeGreaterThanOrEqual(0.01);
});

test("an address of nothing says what to do next", async ({ page }) => {
  const response = await page.goto(`${home}/999999999`);
  expect(response?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "No such feature" })).toBeVisible();
  await page.goto("/no-such-model");
  await expect(page.getByRole("link", { name: "All models and dictionaries" })).toBeVisible();
});
