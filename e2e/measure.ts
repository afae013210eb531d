import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** What a page has done since it was asked for. */
type Measured = {
  /** errors that it reported, and what it asked of other hosts */
  faults: string[];
  /** bytes of script as they were transferred */
  script: number;
  /** milliseconds to the largest contentful paint */
  lcp: number;
  /** cumulative layout shift */
  cls: number;
};

/** Begins to measure a page; called before it is opened. */
export async function measure(page: Page, baseURL: string): Promise<() => Promise<Measured>> {
  const faults: string[] = [];
  const scripts: Promise<number>[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== "data:" && protocol !== "blob:" && origin !== baseURL)
      faults.push(request.url());
  });
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script")
      scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.addInitScript(() => {
    const seen = { lcp: 0, cls: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      seen.lcp = list.getEntries().at(-1)?.startTime ?? seen.lcp;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        seen.cls += (entry as unknown as { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  return async () => {
    const seen = await page.evaluate(
      () => (window as unknown as { seen: Pick<Measured, "lcp" | "cls"> }).seen,
    );
    const sizes = await Promise.all(scripts);
    return { ...seen, faults, script: sizes.reduce((sum, size) => sum + size, 0) };
  };
}

/** What axe finds serious or critical, each with the elements it found it on. */
export async function barriers(page: Page, rules?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) =>
      [
        id,
        ...nodes.slice(0, 5).map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
      ].join("\n  "),
    );
}

/** How many pixels a page is wider than its window. */
export function excess(page: Page): Promise<number> {
  return page.evaluate(() => document.body.scrollWidth - document.body.clientWidth);
}
