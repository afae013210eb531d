import { expect, test } from "@playwright/test";
import { given } from "./given.ts";

const { model, dictionary } = given.uploaded;
const home = `/${model}/${dictionary}/datapoints`;

test("the map shows a point's text, opens it, and lists what a selection has in common", async ({
  page,
}) => {
  await page.goto(home);
  const map = page.locator("#map");
  await map.scrollIntoViewIfNeeded();
  const canvas = map.getByRole("img", { name: /^Map of [\d,]+ datapoints, coloured by CE-diff/ });
  await expect(canvas).toBeVisible();
  await map.evaluate((element) => element.scrollIntoView({ behavior: "instant" }));

  // a lasso over everything
  await map.getByRole("button", { name: "Select", exact: true }).first().click();
  const box = await canvas.boundingBox();
  if (!box) throw new Error("the map is not drawn");
  const [left, top] = [box.x + 3, box.y + 3];
  const [right, bottom] = [box.x + box.width - 3, box.y + box.height - 3];
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(right, top);
  await page.mouse.move(right, bottom);
  await page.mouse.move(left, bottom);
  await page.mouse.up();
  await expect(map.getByRole("heading", { name: /^([\d,]+) of \1 datapoints/ })).toBeVisible();
  const features = map.getByRole("region", { name: "Over-represented features" });
  await expect(features.getByRole("row").nth(1)).toContainText("1.00"); // everything: no more often than overall
  await expect(features.getByRole("rowheader").first().getByRole("link")).toHaveAttribute(
    "href",
    new RegExp(`^/${model}/${dictionary}/\\d+$`),
  );

  // without a pointer: by a range of the coloured value
  await map.getByLabel("Select CE-diff (nats) from").fill("100000");
  await map.getByRole("button", { name: "Select", exact: true }).last().click();
  await expect(map.getByText("There is no datapoint within")).toBeVisible();
  await map.getByRole("button", { name: "Clear" }).click();
  await map.getByRole("button", { name: "Select", exact: true }).first().click();

  // the pointer finds a point, sees its text and opens it
  const card = map.getByRole("status").filter({ hasText: "squared error" });
  for (let at = 0; at < 400 && !(await card.isVisible()); at++) {
    const [column, row] = [at % 20, Math.floor(at / 20)];
    await page.mouse.move(left + (box.width * column) / 20, top + (box.height * row) / 20);
  }
  await expect(card).toContainText("CE-diff");
  await expect(card.locator("b")).not.toBeEmpty();
  await page.mouse.down();
  await page.mouse.up();
  await expect(page).toHaveURL(new RegExp(`${home}/\\d+/\\d+$`));
});
