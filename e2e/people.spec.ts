import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { given, hosted } from "./given.ts";

/* On a hub whose people sign in: from no account to a dictionary that comes, hides and goes. */

test.use({ baseURL: hosted });

const { model, dictionary, zip } = given.toUpload;
const home = `/${model}/${dictionary}`;

test("somebody signs up, uploads by a token, hides the dictionary, and deletes it", async ({
  page,
  browser,
}) => {
  await signUp(page, "Ann Lee");
  await openSettings(page);
  await expectAccessible(page);
  const token = await makeToken(page, "my laptop");

  await upload(token);
  await page.goto(`${home}#settings`);
  await page.getByLabel("Visibility").selectOption("private");
  const settings = page.locator("#settings");
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Visibility")).toHaveValue("private");

  const other = await anotherPage(browser);
  await signUp(other, "Bob");
  expect((await other.goto(home))?.status()).toBe(404);
  await other.goto("/");
  await expect(other.getByRole("link", { name: dictionary })).toHaveCount(0);

  await page.reload();
  await page.getByLabel("Visibility").selectOption("unlisted");
  await settings.getByRole("button", { name: "Save" }).click();
  await expect(async () => expect((await other.goto(home))?.status()).toBe(200)).toPass();
  await expect(other.getByRole("button", { name: "Delete this dictionary" })).toHaveCount(0);

  await page.getByRole("button", { name: "Delete this dictionary" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Delete it" })).toBeDisabled();
  await dialog.getByRole("textbox").fill(dictionary);
  await dialog.getByRole("button", { name: "Delete it" }).click();
  await expect(page).toHaveURL("/");
  expect((await other.goto(home))?.status()).toBe(410);
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("This dictionary is gone");
});

test("who signs out is nobody, and signs in again", async ({ page }) => {
  await signUp(page, "Cleo");
  await page.getByRole("button", { name: "Account of Cleo" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("banner").getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail").fill("cleo@people.example");
  await page.getByLabel("Password").fill("not the right one");
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText(
    "Invalid email or password",
  );
  await expectAccessible(page);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("button", { name: "Account of Cleo" })).toBeVisible();
});

const password = "correct horse battery";

async function signUp(page: Page, name: string): Promise<void> {
  await page.goto("/signup");
  await page.getByLabel(/^Name/).fill(name);
  await page.getByLabel(/^E-mail/).fill(`${name.split(" ")[0]?.toLowerCase()}@people.example`);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Make the account" }).click();
  await expect(page.getByRole("button", { name: `Account of ${name}` })).toBeVisible();
}

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Settings and tokens" }).click();
  await expect(page.getByRole("heading", { name: "API tokens" })).toBeVisible();
}

/** The token, as it is shown once. */
async function makeToken(page: Page, name: string): Promise<string> {
  await page.getByLabel("What it is for").fill(name);
  await page.getByRole("button", { name: "Make a token" }).click();
  await expect(page.getByRole("rowheader", { name })).toBeVisible();
  return page.locator("#tokens code").filter({ hasText: "dh_" }).innerText();
}

/** As a program does, which has no cookie. */
async function upload(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const sent = await fetch(`${hosted}/api/v1/uploads?filename=bundle.zip`, {
    method: "POST",
    headers,
    body: await readFile(zip),
  });
  const { job } = (await sent.json()) as { job: string };
  const state = async () =>
    (await (await fetch(`${hosted}/api/v1/jobs/${job}`, { headers })).json()).state;
  await expect.poll(state, { timeout: 30_000 }).toBe("done");
}

async function anotherPage(browser: Browser): Promise<Page> {
  return (await browser.newContext({ baseURL: hosted })).newPage();
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}
