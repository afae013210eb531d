import { expect, test } from "@playwright/test";
import { writeHalves } from "../trainer/fixtures/halves.ts";

test("a foreign folder is dropped, its reading corrected by the check, and its dictionary opens", async ({
  page,
}, info) => {
  test.setTimeout(180_000);
  const slow = { timeout: 60_000 };
  const folder = info.outputPath("halves");
  writeHalves(folder);
  await page.goto("/upload");
  await page.getByLabel("Choose a folder").setInputFiles(folder);
  await expect(page.getByRole("heading", { name: "How it is read" })).toBeVisible(slow);
  await expect(page.getByText("cfg.json: apply_b_dec_to_input is false")).toBeVisible();
  await expect(page.getByLabel("Site")).toHaveValue("hook_resid_post");
  await page.getByLabel("Name, if not made of what it is").fill("halves");
  await page.getByRole("button", { name: "Import it" }).click();

  await expect(page.getByRole("heading", { name: "Another reading fits better" })).toBeVisible(
    slow,
  );
  const table = page.getByRole("region", { name: "The reading and its alternatives" });
  await expect(table.getByRole("row", { name: /b_dec subtracted/ })).toContainText("fits better");
  await expect(page.getByLabel("b_dec subtracted")).toHaveValue("true");
  await page.getByRole("button", { name: "Import it read like this" }).click();

  await expect(page).toHaveURL(/\/stories-2m\/halves$/, { timeout: 90_000 });
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("halves");
  await expect(page.getByRole("heading", { name: "Made elsewhere" })).toBeVisible();
  await expect(page.getByText(/^it fits: fvu 0\.000/)).toBeVisible();
  const removed = await page.request.delete("/api/v1/dictionaries/stories-2m/halves");
  expect(removed.status()).toBe(200); // other tests look at what else is on this hub
});
