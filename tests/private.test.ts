import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addressOf, operations, scopeOf } from "../server/api/operations.ts";
import { closeDb, db } from "../server/db.ts";
import { announceRun, setStatus } from "../server/runs/record.ts";
import { hosted, person, signIn } from "./accounts.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { callOperation, type Named } from "./routes-called.ts";
import { announcement } from "./runs.ts";

/*
 * Every operation that reads and every page, of a hub whose one dictionary is private, as seen by nobody, by
 * another, by its owner and by a maintainer. What is private must not be in any answer to the first two.
 */

Object.assign(process.env, hosted);

const asked = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock("next/headers", () => ({ headers: async () => asked.headers }));

const slug = "res1-2x-topk2";
const run = announcement({ sweep: "widths", name: "a-run" });
const named: Named = {
  model: "tiny",
  dictionary: slug,
  layer: slug,
  index: "2",
  name: "cfg.json",
  format: "sparsify",
  context: "4",
  position: "2",
  run: run.id,
  sweep: "widths",
  toy: "0".repeat(64),
  list: "a-list",
};
const seers = { nobody: {}, other: {}, owner: {}, keeper: {} } as Record<
  "nobody" | "other" | "owner" | "keeper",
  Record<string, string>
>;

beforeAll(async () => {
  const [ann, bob, kim] = [
    await person("ann", "member"),
    await person("bob", "member"),
    await person("kim", "maintainer"),
  ];
  seers.owner = { cookie: await signIn(ann.email) };
  seers.other = { cookie: await signIn(bob.email) };
  seers.keeper = { cookie: await signIn(kim.email) };
  const by = { user_id: ann.id, visibility: "private" } as const;
  const { revision } = await ingest(await tinyBundle(), by);
  await announceRun(run);
  const status = { state: "finished", stage: "", done: 0, total: 0, error: null } as const;
  await setStatus(run.id, { ...status, manifest_sha256: revision });
  const upload = { create: { filename: `${slug}.tar`, bytes: 1, sha256: "", user_id: ann.id } };
  const job = await db().job.create({ data: { upload, result: `/tiny/${slug}` } });
  named.id = job.id;
  const { dictionary_id, weights_from } = await db().revision.findFirstOrThrow();
  const on = { dictionary_id, weights_from, index: 2 };
  await db().label.create({ data: { ...on, text: "a veiled thing", author_id: ann.id } });
  // a list is everybody's, but not what it holds of others' private dictionaries
  const items = { create: { ...on, position: 1, note: "a veiled note" } };
  await db().list.create({ data: { id: "a-list", owner_id: ann.id, title: "Some", items } });
});
afterAll(closeDb);

/** The names of what is private; what was asked for is said again by refusals, and by searches. */
const isTold = (text: string) => {
  const said = text.replaceAll(/"nothing at [^"]*"|Source Not Found: [^"]*|"request":{[^}]*}/g, "");
  return [slug, "veiled"].some((name) => said.includes(name));
};

/** What is asked by those that take a body. */
const at = { modelId: "tiny", source: slug, index: "2" };
const veiled = { query: "veiled" };
const bodies: Record<string, object> = {
  "/activation/get": at,
  "/activation/new": { feature: at, customText: "a" },
  "/activation/source": { modelId: "tiny", source: `1-${slug}`, customText: "a" },
  "/search-all": { modelId: "tiny", sourceSet: slug, text: "a" },
  "/search-topk-by-token": { modelId: "tiny", source: slug, text: "a" },
  "/cossim": { ...at, targetModelId: "tiny", targetSourceId: slug },
  "/umap": { modelId: "tiny", layers: [slug] },
  "/explanation/search": { modelId: "tiny", layers: [slug], ...veiled },
  "/explanation/search-model": { modelId: "tiny", ...veiled },
  "/explanation/search-release": { releaseName: slug, ...veiled },
  "/explanation/search-all": veiled,
  "/dictionaries/{model}/{dictionary}/features/{index}/try": { text: "a" },
  "/dictionaries/{model}/{dictionary}/selection": { datapoints: [0] },
  "/mentions": { text: `see https://hub.example/tiny/${slug}/2` },
};

const reading = operations.filter((one) => scopeOf(one) === null && one.method !== "head");

test.each(reading.map((one) => [`${one.method} ${one.path}`, one] as const))(
  "%s",
  async (_name, operation) => {
    const body = bodies[operation.path] && JSON.stringify(bodies[operation.path]);
    const told: Record<string, [number, boolean]> = {};
    for (const [who, headers] of Object.entries(seers)) {
      const response = await callOperation(operation, named, { headers, body });
      told[who] = [response.status, isTold(await response.text())];
    }
    expect([told.nobody?.[1], told.other?.[1]]).toEqual([false, false]);
    if (!/\{(dictionary|layer)\}/.test(operation.path)) return;
    expect([told.nobody?.[0], told.other?.[0]]).toEqual([404, 404]);
    expect([401, 403, 404]).not.toContain(told.owner?.[0]);
    expect(told.owner).toEqual(told.keeper);
  },
);

test.each([
  ["part of its name", "2x", "7x"],
  ["its name", slug, "res9-9x-topk9"],
  ["an address of it", `tiny/${slug}/2`, "huge/res9-9x-topk9/2"],
  ["its model", "tiny", "huge"],
  ["a label", "veiled", "unknown"],
  ["a token", "dog", "cat"],
])("a search for %s says no more than one for what there is not", async (_what, q, other) => {
  for (const path of ["/search", "/search/suggestions"]) {
    const told = async (headers: Record<string, string>, asked: string) => {
      const query = `?${new URLSearchParams({ q: asked })}`;
      const answer = await callOperation({ method: "get", path }, {}, { headers, query });
      expect(answer.status).toBe(200);
      const [encoded, plain] = [encodeURIComponent(asked), await answer.text()];
      return plain
        .replace(/"ms":[^,}]*/g, "")
        .replaceAll(encoded, "…")
        .replaceAll(asked, "…");
    };
    const nothing = await told(seers.nobody, other);
    expect([await told(seers.nobody, q), await told(seers.other, q)]).toEqual([nothing, nothing]);
    if (path === "/search") expect(await told(seers.owner, q)).not.toEqual(nothing);
  }
});

/** Every page, as the path of its file; a new one is tried as soon as it is there. */
const pages = readdirSync("app", { recursive: true, withFileTypes: true })
  .filter(({ name }) => ["page.tsx", "opengraph-image.tsx"].includes(name))
  .map((entry) => join(entry.parentPath, entry.name));

test("there are pages to try", () => expect(pages.length).toBeGreaterThan(20));

test.each(pages)("%s", async (file) => {
  const seen: Record<string, string> = {};
  for (const [who, headers] of Object.entries(seers)) {
    asked.headers = new Headers({ host: "hub.example", ...headers });
    seen[who] = await draw(file);
  }
  if (!file.includes("[dictionary]"))
    return expect(isTold(`${seen.nobody}${seen.other}`)).toBe(false);
  expect([seen.nobody, seen.other]).toEqual(["404", "404"]);
  expect(["404", "error"]).not.toContain(seen.owner);
});

/** What answers without being among the operations: oEmbed, feeds. */
const described = new Set(
  operations.map((one) => `app${addressOf(one)}`.replace(/\{/g, "[").replace(/\}/g, "]")),
);
const others = readdirSync("app", { recursive: true, withFileTypes: true })
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => path.endsWith("route.ts") && !/^app\/api\/(auth|\[)/.test(path))
  .filter((path) => !described.has(path.replace("/route.ts", "")));

test.each(others)("%s", async (file) => {
  const { GET } = await import(join(process.cwd(), file));
  const address = `https://hub.example/?${new URLSearchParams({ url: `https://hub.example/tiny/${slug}/2` })}`;
  const ask = async (headers: Record<string, string>) => {
    const context = { params: Promise.resolve(named) };
    const response = await (
      GET(new Request(address, { headers }), context) as Promise<Response>
    ).catch((error) => new Response(isMissing(error) ? "404" : String(error)));
    return `${response.headers.get("location")} ${await response.text()}`;
  };
  const [unknown, other] = [await ask(seers.nobody), await ask(seers.other)];
  expect(unknown + other).not.toContain(`Feature 2 of ${slug}`);
  expect(isTold(unknown + other)).toBe(false);
  expect(await ask(seers.owner)).toContain(slug);
});

/** What a page would draw: the data that it hands to its component, or "404". */
async function draw(file: string): Promise<string> {
  const { default: Page, generateMetadata } = await import(join(process.cwd(), file));
  const props = () => ({
    params: Promise.resolve(named),
    searchParams: Promise.resolve({ q: "res1" }),
  });
  try {
    const metadata = file.includes("[dictionary]") ? null : await generateMetadata?.(props());
    const drawn = await Page(props());
    return JSON.stringify([metadata, drawn instanceof Response ? "image" : drawn]);
  } catch (error) {
    const { digest = "" } = error as { digest?: string };
    if (isMissing(error)) return "404";
    if (digest.startsWith("NEXT_REDIRECT")) return "redirect";
    throw error;
  }
}

/** What Next's notFound throws. */
function isMissing(error: unknown): boolean {
  return String((error as { digest?: string }).digest).endsWith(";404");
}
