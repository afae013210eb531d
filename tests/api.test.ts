import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { DatapointTable } from "../lib/views.ts";
import { openapiDocument } from "../server/api/openapi.ts";
import { openDiscussion } from "../server/changes/discussions.ts";
import { createList } from "../server/changes/lists.ts";
import { closeDb, db } from "../server/db.ts";
import { storeAblation } from "../server/queries/ablation.ts";
import { announceRun, storeLines } from "../server/runs/record.ts";
import { submitSweep } from "../server/sweeps/queue.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { announcement, linesOf } from "./runs.ts";

const run = announcement({ sweep: "widths" });
const named = {
  model: "tiny",
  dictionary: "res1-2x-topk2",
  layer: "1-res1-2x-topk2",
  index: "2",
  context: "4",
  position: "2",
  id: "",
  run: run.id,
  sweep: "widths",
  discussion: "",
  list: "",
};

beforeAll(async () => {
  await ingest(await tinyBundle());
  const { id: revision_id } = await db().revision.findFirstOrThrow();
  const losses = { activations: [0, 0, 1], ce_sae: [1, 2], ce_without: [1, 2.5] };
  await storeAblation(revision_id, 2, [{ context: 0, position: 2, from: 2, ...losses }]);
  const upload = { create: { filename: "tiny.tar", bytes: 1, sha256: "" } };
  named.id = (await db().job.create({ data: { upload } })).id;
  const local = { id: "local", name: "local owner", role: "maintainer" } as const;
  const said = { title: "What is this?", body: "See /tiny/res1-2x-topk2/2" };
  named.discussion = String((await openDiscussion(local, said, "hub")).id);
  const listed = { model: named.model, dictionary: named.dictionary, index: 2 };
  const list = { title: "All", description: "", visibility: "public", feature: listed } as const;
  named.list = (await createList(local, list))?.id ?? "";
  await announceRun(run);
  const group = { name: "blocks.1.hook_resid_post", dictionaries: 2, config: { k: [2, 4] } };
  await submitSweep({ name: "widths", groups: [group] });
  await storeLines(run.id, { after: 0, lines: linesOf(1, 2, 3) });
});
afterAll(closeDb);

const { paths } = openapiDocument();

type Handler = (request: Request, context: { params: Promise<typeof named> }) => Promise<Response>;

/** Calls the route file behind a path of the document, as Next.js would. */
async function call(path: string, query = ""): Promise<Response> {
  const file = path.replaceAll("{", "[").replaceAll("}", "]");
  const { GET } = (await import(join(process.cwd(), "app", file, "route.ts"))) as { GET: Handler };
  const request = new Request(`http://hub${path}${query}`, { headers: { host: "127.0.0.1" } });
  return GET(request, { params: Promise.resolve({ ...named }) });
}

/** Every method of every route file, as "get /api/v1/…". */
async function routes(): Promise<string[]> {
  const found: string[] = [];
  const add = (file: string, methods: string[]) => {
    const path = file.replace(/^\w+/, "").replaceAll("[", "{").replaceAll("]", "}");
    for (const method of methods) found.push(`${method.toLowerCase()} ${path}`);
  };
  for (const file of filesUnder("app/api")) {
    if (/^app\/api\/(auth|oembed|\[)/.test(file)) continue;
    const module = await import(join(process.cwd(), file));
    const methods = Object.keys(module).filter(
      (name) => /^[A-Z]+$/.test(name) && name !== "OPTIONS",
    );
    add(file.replace(/\/route\.ts$/, ""), methods);
  }
  for (const file of filesUnder("pages/api/v1")) {
    const module = await import(join(process.cwd(), file));
    add(file.replace(/\.ts$/, ""), module.default.methods);
  }
  return found.sort();
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

test("the document describes every route and no other", async () => {
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual(await routes());
  expect(described.length).toBeGreaterThan(10);
});

test("the document names every part of a path as a parameter", () => {
  for (const [path, methods] of Object.entries(paths))
    for (const operation of Object.values(methods)) {
      const { parameters } = operation as { parameters: { name: string; in: string }[] };
      const inPath = parameters.filter((one) => one.in === "path").map((one) => `{${one.name}}`);
      expect(inPath).toEqual(path.match(/\{\w+\}/g) ?? []);
    }
});

type Schema = Parameters<typeof z.fromJSONSchema>[0];
type Answers = {
  responses: Record<string, { content?: { "application/json": { schema: Schema } } }>;
};

const answered = Object.entries(paths).flatMap(([path, methods]) => {
  const operation = methods.get as Answers | undefined;
  const schema = operation?.responses[200]?.content?.["application/json"].schema;
  return schema ? [[path, schema] as const] : [];
});

/** Queries without which there is nothing to answer. */
const needed: Record<string, string> = {
  "/api/v1/comparisons": "?a=tiny/res1-2x-topk2&b=tiny/res1-2x-topk2",
};

describe("what is answered is what the document says:", () => {
  test.each(answered)("%s", async (path, schema) => {
    const response = await call(path, needed[path]);
    expect(response.status).toBe(200);
    const body = await response.json();
    expect(z.fromJSONSchema(schema).safeParse(body)).toMatchObject({ success: true });
  });

  test("and an answer with another key or without one is not", async () => {
    const [, schema] = answered.find(([path]) => path.endsWith("/models/{model}")) ?? [];
    const said = z.fromJSONSchema(schema as Schema);
    const body = await (await call("/api/v1/models/{model}")).json();
    expect(said.safeParse({ ...body, other: 1 }).success).toBe(false);
    expect(said.safeParse({ ...body, slug: undefined }).success).toBe(false);
  });
});

test("the document survives being sent", () => {
  const sent = JSON.parse(JSON.stringify(openapiDocument()));
  expect(sent).toEqual(openapiDocument());
  expect(sent.openapi).toBe("3.1.0");
});

test("a query picks, sorts and pages features", async () => {
  const response = await call(
    "/api/v1/dictionaries/{model}/{dictionary}/features",
    "?sort=max_activation&order=desc&per_page=2&state=alive",
  );
  const { rows, total } = (await response.json()) as { rows: { index: number }[]; total: number };
  expect(rows.map((row) => row.index)).toEqual([7, 6]);
  expect(total).toBe(7);
});

test("a query picks, sorts and pages datapoints", async () => {
  const response = await call(
    "/api/v1/dictionaries/{model}/{dictionary}/datapoints",
    "?sort=ce_diff&order=asc&per_page=4&origin=sample",
  );
  const { rows, total } = (await response.json()) as DatapointTable;
  expect(rows.map((row) => row.ce_diff)).toEqual(rows.map((row) => row.ce_diff).sort());
  expect(rows.map((row) => row.context).sort()).toEqual([0, 4]);
  expect(total).toBe(2);
});

test.each([
  ["?sort=name", "sort"],
  ["?page=0", "page"],
  ["?per_page=1000", "per_page"],
  ["?revision=newest", "revision"],
])("a query of %s is refused with a sentence that names it", async (query, name) => {
  const response = await call("/api/v1/dictionaries/{model}/{dictionary}/features", query);
  expect(response.status).toBe(400);
  expect((await response.json()).error.message).toContain(name);
});

test.each([
  ["/api/v1/models/{model}", { model: "other" }],
  ["/api/v1/dictionaries/{model}/{dictionary}", { dictionary: "other" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/features", { dictionary: "other" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/features/{index}", { index: "8" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/features/{index}", { index: "2.5" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/features/{index}/ablation", { index: "8" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/features/{index}/ablation", { index: "2.5" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/datapoints", { dictionary: "other" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/datapoints/{context}/{position}", { context: "6" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/datapoints/{context}/{position}", { position: "15" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/datapoints/{context}/{position}", { position: "x" }],
  ["/api/v1/discussions/{discussion}", { discussion: "999" }],
  ["/api/v1/lists/{list}", { list: "nowhere" }],
  ["/api/v1/dictionaries/{model}/{dictionary}/features/{index}/card", { index: "8" }],
  ["/api/v1/jobs/{id}", { id: "x" }],
  ["/api/v1/sweeps/{sweep}", { sweep: "nowhere" }],
  ["/api/v1/runs/{run}", { run: "x" }],
  ["/api/v1/runs/{run}", { run: "00000000-0000-4000-8000-000000000000" }],
  ["/api/v1/runs/{run}/lines", { run: "00000000-0000-4000-8000-000000000000" }],
])("%s with %o is a 404 in JSON", async (path, other) => {
  const before = { ...named };
  Object.assign(named, other);
  const response = await call(path);
  Object.assign(named, before);
  expect(response.status).toBe(404);
  expect((await response.json()).error.status).toBe(404);
});

test("an address under /api that no route has is a 404 in JSON", async () => {
  const { GET } = await import("../app/api/[...path]/route.ts");
  const response = await GET(new Request("http://hub/api/v2/models"));
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    error: { status: 404, message: "nothing at /api/v2/models" },
  });
});
