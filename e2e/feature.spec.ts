import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const home = `/${model}/${dictionary}`;

test("a feature's examples widen, are copied as text, and lead to their datapoints", async ({
  page,
}) => {
  const about = await (await page.request.get(`/api/v1/dictionaries${home}`)).json();
  const index = about.suggested_feature as number;
  await page.goto(`${home}/${index}`);
  const strip = page.locator("[data-strip]").first();
  await expect(strip).toHaveCSS("display", "grid");
  await page.getByRole("link", { name: "±10" }).click();
  await expect(page).toHaveURL(`${home}/${index}?window=10`);
  await expect(strip).toHaveCSS("display", "block");
  const short = (await strip.innerText()).length;
  await page.getByRole("link", { name: "Whole context" }).click();
  await expect(page).toHaveURL(`${home}/${index}?window=whole`);
  await expect.poll(async () => (await strip.innerText()).length).toBeGreaterThan(short);

  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await page.getByTitle("Copy as text").first().click();
  await expect.poll(copied).toMatch(/^.+<<\S+>>.+$/);
  const one = await copied();
  await page.getByRole("link", { name: "Copy all" }).first().click();
  await expect.poll(copied).not.toBe(one);
  const lines = (await copied()).split("\n");
  expect(lines[0]).toBe(one);
  expect(lines.every((line) => line.includes("<<"))).toBe(true);

  await page.getByRole("link", { name: "Next feature" }).click();
  await expect(page).toHaveURL(`${home}/${index + 1}?window=whole`);
  await page.goBack();
  await page.locator("#datapoints").getByRole("link").first().click();
  await expect(page).toHaveURL(/\/datapoints\/\d+\/\d+$/);
});

test("the key ? lists the keys, and other dictionaries are searched when asked", async ({
  page,
}) => {
  await page.goto(`${home}/1`);
  const dialog = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(async () => {
    await page.keyboard.press("?");
    await expect(dialog).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(dialog).toContainText("previous and next feature");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.getByRole("link", { name: "Look for it there" }).click();
  await expect(page).toHaveURL(`${home}/1?others=nearest`);
  await expect(page.getByText(/Computed on request|no other dictionary/)).toBeVisible();
});
