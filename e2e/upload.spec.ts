import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary, folder, zip, truncated } = given.toUpload;
const home = `/${model}/${dictionary}`;

test("a bundle that ends half-way is refused with the reason", async ({ page }) => {
  await page.goto("/upload");
  await page.getByLabel("Choose files").setInputFiles(truncated);
  await expect(page).toHaveURL(/\/jobs\//);
  await expect(page.getByRole("heading", { name: "The bundle was refused" })).toBeVisible();
  await expect(page.getByRole("main").getByRole("alert")).toContainText("tar");
});

test("a file that holds no dictionary is refused with what was found", async ({ page }) => {
  await page.goto("/upload");
  await page.getByLabel("Choose files").setInputFiles(join(folder, "features.parquet"));
  await expect(page).toHaveURL(/\/jobs\//);
  await expect(page.getByRole("heading", { name: "What was sent was refused" })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole("main").getByRole("alert")).toContainText("features.parquet");
});

test("a bundle's folder is uploaded as it is, and its dictionary opens", async ({ page }) => {
  await page.goto("/upload");
  await page.getByLabel("Choose a folder").setInputFiles(folder);
  await expect(page).toHaveURL(home, { timeout: 30_000 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(dictionary);
});

test("what the page offers for download is what was uploaded, byte for byte", async ({ page }) => {
  await page.goto(home);
  const links = page.getByRole("region", { name: "Files of the bundle" }).getByRole("link");
  for (const name of await readdir(folder)) {
    const href = await links.getByText(name, { exact: true }).getAttribute("href");
    const body = await (await page.request.get(href ?? "")).body();
    expect(sha256(body), name).toBe(sha256(await readFile(join(folder, name))));
  }
});

test("the dictionary is downloaded for another system, or the reason is said", async ({ page }) => {
  const { uploaded } = given;
  await page.goto(`/${uploaded.model}/${uploaded.dictionary}#files`);
  const formats = page.getByRole("region", { name: "Files of other systems" });
  await expect(formats).toContainText("Its features have thresholds, and this is topk");
  const download = page.waitForEvent("download");
  await formats.getByRole("link", { name: "dictionary_learning" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe(`${uploaded.dictionary}-dictionary_learning.tar`);
  const head = (await readFile(await file.path())).toString("latin1", 0, 100);
  expect(head.replaceAll("\0", "")).toBe("ae.pt");
});

test("the same bundle, dropped as a zip, is known already", async ({ page }) => {
  await page.goto("/upload");
  const base64 = (await readFile(zip)).toString("base64");
  const dataTransfer = await page.evaluateHandle((content) => {
    const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "bundle.zip"));
    return transfer;
  }, base64);
  const target = page.getByText("Drop a dictionary here");
  await target.dispatchEvent("dragover", { dataTransfer });
  await target.dispatchEvent("drop", { dataTransfer });
  await expect(page).toHaveURL(home, { timeout: 30_000 });
  const revisions = page.locator("#revisions").getByRole("listitem");
  await expect(revisions).toHaveCount(1);
});

test("the two dictionaries of the hub are compared, and a pair leads to its feature", async ({
  page,
}) => {
  const { model, dictionary: other } = given.uploaded;
  await page.goto(`/${model}/${other}`);
  await page.getByRole("link", { name: "Compare with…" }).click();
  await page.locator('select[name="b"]').selectOption(`${model}/${dictionary}`);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.getByRole("button", { name: "Compare their features" }).click();
  await expect(page.getByText("MMCS, A in B")).toBeVisible({ timeout: 30_000 });
  const row = page.getByRole("region", { name: "Features of both" }).getByRole("row").nth(1);
  await row.getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/${model}/${other}/\\d+$`));
});

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
