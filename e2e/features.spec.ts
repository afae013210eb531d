import { expect, type Page, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const home = `/${model}/${dictionary}`;
const row = (page: Page, index: number) =>
  page.getByRole("grid", { name: "Features" }).locator(`[aria-rowindex="${index + 2}"]`);

test("the list goes on to its last feature, which the keyboard opens, and comes back to where it was", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 1400 }); // the whole of the list is on the screen
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/v1/")) asked.push(request.url());
  });
  await page.goto(`${home}/features`);
  const grid = page.getByRole("grid", { name: "Features" });
  await expect(grid).toHaveAttribute("aria-rowcount", "513");
  await row(page, 0).focus();
  await page.keyboard.press("ArrowDown");
  await expect(row(page, 1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(row(page, 511)).toBeFocused();
  await expect(row(page, 511).getByRole("link")).toHaveText("511");
  await expect(page).toHaveURL(`${home}/features?page=10`);
  expect(await grid.getByRole("row").count()).toBeLessThan(100);
  expect(asked.every((address) => /per_page=100/.test(address))).toBe(true);

  const address = page.url();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${home}/511`);
  await page.goBack();
  await expect(page).toHaveURL(address);
  await expect(row(page, 511)).toBeInViewport();
  await page.reload();
  await expect(row(page, 450)).toBeInViewport(); // the page that the address says
});

test("the map shows what a feature fires on, opens it, and leads to a table of a selection", async ({
  page,
}) => {
  await page.goto(`${home}/features`);
  const map = page.locator("#map");
  await map.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));
  const canvas = map.getByRole("img", { name: /^Map of [\d,]+ features, coloured by Density/ });
  await expect(canvas).toBeVisible();
  await map.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));

  // a lasso over the left half
  await map.getByRole("button", { name: "Select", exact: true }).first().click();
  const box = await canvas.boundingBox();
  if (!box) throw new Error("the map is not drawn");
  const [left, top] = [box.x + 3, box.y + 3];
  const [middle, bottom] = [box.x + box.width / 2, box.y + box.height - 3];
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(middle, top);
  await page.mouse.move(middle, bottom);
  await page.mouse.move(left, bottom);
  await page.mouse.up();
  const heading = map.getByRole("heading", { name: /of [\d,]+ features selected/ });
  const selected = Number((await heading.innerText()).split(" ")[0]?.replace(",", ""));
  expect(selected).toBeGreaterThan(0);
  const table = map.getByRole("region", { name: "Selected features" });
  await expect(table.getByRole("rowheader").first()).toBeVisible();
  const all = map.getByRole("link", { name: "Open them in the table" });
  const filtered = (await all.getAttribute("href")) as string;

  // without a pointer: by a range of the coloured value
  await map.getByLabel("Select Density (of tokens) from").fill("2");
  await map.getByRole("button", { name: "Select", exact: true }).last().click();
  await expect(map.getByText("There is no feature within")).toBeVisible();
  await map.getByRole("button", { name: "Clear" }).click();
  await map.getByRole("button", { name: "Select", exact: true }).first().click();

  // the pointer finds a feature, sees its text and opens it
  const card = map.getByRole("status");
  for (let at = 0; at < 400 && !(await card.isVisible()); at++) {
    const [column, line] = [at % 20, Math.floor(at / 20)];
    await page.mouse.move(left + (box.width * column) / 20, top + (box.height * line) / 20);
  }
  await expect(card).toContainText("promotes");
  await expect(card.locator(".token").first()).toBeVisible();
  const index = await card.locator("b").innerText();
  await page.mouse.down();
  await page.mouse.up();
  await expect(page).toHaveURL(`${home}/${index}`);

  await page.goto(filtered);
  await expect(page.getByText("an outline drawn on the map")).toBeVisible();
  await expect(page.getByRole("grid", { name: "Features" })).toHaveAttribute(
    "aria-rowcount",
    String(selected + 1),
  );
});

test("a random feature is alive, and of the revision that is shown", async ({ page }) => {
  const { revision } = await (await page.request.get(`/api/v1/dictionaries${home}`)).json();
  await page.goto(`${home}/features?revision=${revision}`);
  await page.getByRole("link", { name: "Random feature" }).click();
  await expect(page).toHaveURL(new RegExp(`${home}/\\d+\\?revision=${revision}$`));
  await expect(page.getByRole("heading", { name: "Top activations" })).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("features are turned over page by page", async ({ page }) => {
    await page.goto(`${home}/features?sort=density&order=desc`);
    await expect(page.getByRole("rowheader")).toHaveCount(50);
    await page.getByRole("link", { name: "Next page" }).click();
    await expect(page).toHaveURL(/page=2/);
    await expect(page.getByText("51–100 of 512")).toBeVisible();
    const list = page.getByRole("region", { name: "Features" });
    expect(
      await list.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight),
    ).toBe(
      0, // the whole page of them, and not a window onto it
    );
  });
});
