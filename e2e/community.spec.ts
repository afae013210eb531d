import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const address = `/${model}/${dictionary}/1`;

test("a feature is labelled, discussed and listed", async ({ page }) => {
  const label = `label ${Date.now()}`;

  await test.step("a label stands in its heading", async () => {
    await page.goto(address);
    await page.getByLabel("Your label").fill(label);
    await page.getByRole("button", { name: "Add label" }).click();
    await expect(page.getByRole("button", { name: `Agree with “${label}”` })).toBeVisible();
    await expect(page.getByRole("button", { name: `Agree with “${label}”` })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
  });

  await test.step("a pasted address becomes a chip with a card", async () => {
    await page.getByRole("link", { name: "Begin a discussion" }).click();
    await page.getByLabel("Title").fill(`About ${label}`);
    const text = page.getByLabel("What do you want to say?");
    await expect(text).toHaveValue(`${address}\n\n`);
    await text.fill(`What of ${address}?`);
    await page.getByRole("button", { name: "Preview" }).click();
    const preview = page.getByRole("region", { name: "Preview" });
    await expect(preview.getByRole("link", { name: `${dictionary}/1` })).toBeVisible();
    await page.getByRole("button", { name: "Begin discussion" }).click();
    await expect(page.getByRole("heading", { name: `About ${label}` })).toBeVisible();
    const chip = page.getByRole("article").getByRole("link", { name: `${dictionary}/1` });
    await chip.hover();
    await expect(page.getByRole("list", { name: "Top activations" })).toBeVisible();
    await chip.click();
    await expect(page).toHaveURL(address);
    await page.getByRole("link", { name: `About ${label}` }).click();
    await expect(page).toHaveURL(/#comment-\d+$/);
  });

  await test.step("a comment is answered, edited and deleted", async () => {
    await page.getByLabel("Add a comment").fill("It *is* so.");
    await page.getByRole("button", { name: "Send comment" }).click();
    const comment = page.getByRole("article").nth(1);
    await expect(comment.locator("em")).toHaveText("is");
    await comment.getByRole("button", { name: /^Edit comment/ }).click();
    await comment.getByLabel("Your comment").fill("It is not.");
    await comment.getByRole("button", { name: "Save" }).click();
    await expect(comment.getByRole("paragraph").filter({ hasText: "It is not." })).toBeVisible();
    await expect(comment.getByText("edited", { exact: true })).toBeVisible();
    await comment.getByRole("button", { name: /^Delete comment/ }).click();
    await comment.getByRole("button", { name: /^Really delete/ }).click();
    await expect(page.getByRole("article")).toHaveCount(1);
  });

  await test.step("a list takes features and is put in order by the keyboard", async () => {
    await page.goto(address);
    await page.getByRole("button", { name: "Add to list" }).click();
    await page.getByRole("menuitem", { name: "New list with it" }).click();
    await page.getByLabel("Title").fill(`List ${label}`);
    await page.getByRole("button", { name: "Make list" }).click();
    await expect(page.getByRole("heading", { name: `List ${label}` })).toBeVisible();
    const list = page.url();
    await page.goto(`/${model}/${dictionary}/2`);
    await page.getByRole("button", { name: "Add to list" }).click();
    await page.getByRole("menuitem", { name: `List ${label}` }).click();
    await expect(page.getByText(`In “List ${label}”`)).toBeVisible();
    await page.goto(list);
    const links = page.getByRole("list", { name: "Features" }).getByRole("link");
    await expect(links).toHaveText([/\/1/, /\/2/]);
    await page.getByRole("button", { name: /^Move feature 2 .* up$/ }).press("Enter");
    await expect(links).toHaveText([/\/2/, /\/1/]);
  });
});
