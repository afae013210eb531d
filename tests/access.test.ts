import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { scopes } from "../lib/views.ts";
import { makeToken } from "../server/accounts/tokens.ts";
import { neuronpediaOperations } from "../server/api/neuronpedia-operations.ts";
import { type Operation, operations, scopeOf } from "../server/api/operations.ts";
import { closeDb, db } from "../server/db.ts";
import { storage } from "../server/storage.ts";
import { hosted, person, signIn, tokenOf } from "./accounts.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { callOperation, type Named } from "./routes-called.ts";

Object.assign(process.env, hosted, { RUN_TOKEN: "a-run-token-of-some-length" });

/*
 * Every operation that changes something, from the list that the OpenAPI document is made of: a new route
 * is tried as soon as it is described, and one that is not described fails tests/api.test.ts.
 */
const writing = operations.flatMap((operation) => {
  const scope = scopeOf(operation);
  return scope === null ? [] : [{ ...operation, scope, name: nameOf(operation) }];
});

test("what anybody may send changes nothing", () => {
  const open = operations.filter((one) => one.method !== "get" && scopeOf(one) === null);
  expect(open.filter(({ method }) => method !== "head").map(nameOf)).toEqual([
    "post /dictionaries/{model}/{dictionary}/features/{index}/try",
    "post /dictionaries/{model}/{dictionary}/selection",
    "post /try",
    "post /mentions",
    ...neuronpediaOperations.filter((one) => one.method === "post").map(nameOf),
  ]);
});

function nameOf({ method, path }: Pick<Operation, "method" | "path">): string {
  return `${method} ${path}`;
}

const slug = "res1-2x-topk2";
const nobody = "00000000-0000-4000-8000-000000000000";
const named: Named = {
  model: "tiny",
  dictionary: slug,
  index: "2",
  run: nobody,
  group: nobody,
  token: nobody,
  person: "nobody",
  label: "0",
};

type Who = { id: string; email: string; cookie: string };
const people = {} as Record<"ann" | "bob" | "rae" | "kim", Who>;
let revoked: string;

beforeAll(async () => {
  for (const [name, role] of [
    ["ann", "member"],
    ["bob", "member"],
    ["rae", "reader"],
    ["kim", "maintainer"],
  ] as const) {
    const { id, email } = await person(name, role);
    people[name] = { id, email, cookie: await signIn(email) };
  }
  await ingest(await tinyBundle(), { user_id: people.ann.id, visibility: "public" });
  revoked = await tokenOf(people.ann.id, [...scopes]);
  await db().apiToken.deleteMany();
});
beforeEach(() => db().rateLimit.deleteMany());
afterAll(closeDb);

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const signedIn = ({ cookie }: Who) => ({ cookie, origin: hosted.AUTH_URL });

/** A request of somebody who may, or as much of it as is looked at first. */
const send = (operation: Operation, headers: Record<string, string>, on: Named = named) =>
  callOperation(operation, on, { headers, body: operation.upload ? "" : "{}" });
const says = async (response: Response) =>
  ((await response.json()) as { error: { message: string } }).error.message;

describe.each(writing)("$name", (operation) => {
  const { scope, role = "member" } = operation;
  const may = role === "maintainer" ? "kim" : "ann";

  test("takes nobody who is not known", async () => {
    const refused = [
      await send(operation, {}),
      await send(operation, { host: "127.0.0.1:3000" }),
      await send(operation, { cookie: "__Secure-hub.session_token=forged.signature" }),
      await send(operation, { authorization: "Basic YW5uOng=" }),
    ];
    for (const response of refused) {
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("Bearer");
    }
  });

  test("takes no token that is wrong, revoked or expired, and does not say which", async () => {
    const { id } = people[may];
    const expired = await tokenOf(id, [...scopes], new Date(Date.now() - 1));
    const said = new Set<string>();
    for (const token of [makeToken().token, revoked, expired, "dh_x", "x".repeat(5000)]) {
      const response = await send(operation, bearer(token));
      expect(response.status).toBe(401);
      said.add(await says(response));
    }
    expect([...said]).toEqual(["this token is not known here: it is wrong, revoked or expired"]);
  });

  test("takes no token with another scope", async () => {
    const others = scopes.filter((one) => one !== scope);
    const response = await send(operation, bearer(await tokenOf(people[may].id, others)));
    expect(response.status).toBe(403);
    const run = await send(operation, bearer(process.env.RUN_TOKEN as string));
    expect(run.status === 403).toBe(scope !== "runs" || role === "maintainer");
  });

  test("takes nothing from pages of other sites", async () => {
    for (const headers of [
      { ...signedIn(people[may]), origin: "https://evil.example" },
      { ...signedIn(people[may]), origin: "null" },
      { ...signedIn(people[may]), origin: "http://hub.example.evil.example" },
      { cookie: people[may].cookie, "sec-fetch-site": "cross-site" },
      { cookie: people[may].cookie, "sec-fetch-site": "same-site" },
    ] as Record<string, string>[])
      expect((await send(operation, headers)).status).toBe(403);
  });

  test("takes no lesser role", async () => {
    if (role === "reader") return;
    const lesser = role === "maintainer" ? people.ann : people.rae;
    expect((await send(operation, signedIn(lesser))).status).toBe(403);
    if (scope === "session") return;
    const token = await tokenOf(lesser.id, [...scopes]);
    expect((await send(operation, bearer(token))).status).toBe(403);
  });

  test("takes who may, but not too often", async () => {
    const on = { ...named, dictionary: "nowhere" };
    const asWhom =
      scope === "session" ? signedIn(people[may]) : bearer(await tokenOf(people[may].id, [scope]));
    expect([401, 403, 429]).not.toContain((await send(operation, asWhom, on)).status);
    const key = `${scope} by ${people[may].id}`;
    await db().rateLimit.update({ where: { key }, data: { count: 10 ** 6 } });
    const refused = await send(operation, asWhom, on);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await db().rateLimit.deleteMany();
    await db().rateLimit.create({
      data: { key: `${scope} from 192.0.2.9`, count: 10 ** 6, since: new Date() },
    });
    const from = await send(operation, { ...asWhom, "x-hub-address": "192.0.2.9" }, on);
    expect(from.status).toBe(429);
  });
});

const dictionary = "/dictionaries/{model}/{dictionary}";
const change = (who: Who, body: object) =>
  callOperation({ method: "patch", path: dictionary }, named, {
    headers: signedIn(who),
    body: JSON.stringify(body),
  });
const remove = (who: Who) =>
  callOperation({ method: "delete", path: dictionary }, named, { headers: signedIn(who) });
const look = (who: Who | null) =>
  callOperation({ method: "get", path: dictionary }, named, {
    headers: who ? signedIn(who) : {},
  });

describe("a dictionary", () => {
  test("is changed, handed over and removed by its owner and by maintainers alone", async () => {
    expect((await change(people.bob, { visibility: "private" })).status).toBe(403);
    expect((await remove(people.bob)).status).toBe(403);
    expect((await change(people.ann, { owner: people.rae.email })).status).toBe(400);
    expect((await change(people.ann, { owner: "who@people.example" })).status).toBe(400);
    const given = await change(people.ann, { owner: "BOB@people.example", visibility: "private" });
    expect(await given.json()).toMatchObject({ owner: "bob", visibility: "private" });
    expect((await look(people.ann)).status).toBe(404);
    expect((await remove(people.ann)).status).toBe(404); // nor does it say that it is there
    expect((await change(people.kim, { owner: people.ann.email })).status).toBe(200);
  });

  test("that was private leaves nothing behind", async () => {
    expect((await remove(people.ann)).status).toBe(200);
    expect((await look(null)).status).toBe(404);
    expect(await storage().list("bundles")).toEqual([]);
    const tables = ["model", "vocabulary", "dictionary", "revision", "revision_file", "feature"];
    for (const table of tables)
      expect(await db().$queryRawUnsafe(`SELECT 1 FROM ${table}`)).toEqual([]);
    const partitions = await db().$queryRaw`
      SELECT tablename FROM pg_tables WHERE tablename ~ '_r[0-9]+$'`;
    expect(partitions).toEqual([]);
  });

  test("that others could see is gone, until its name is taken again", async () => {
    const bundle = await tinyBundle();
    const by = { user_id: people.ann.id, visibility: "unlisted" } as const;
    await ingest(bundle, by);
    expect(await (await remove(people.ann)).json()).toEqual({ address: "/" });
    const gone = await look(people.bob);
    expect(gone.status).toBe(410);
    expect(await says(gone)).toBe(`tiny/${slug} was removed from this hub`);
    const file = { method: "get", path: `${dictionary}/files/{name}` } as const;
    const asked = await callOperation(file, { ...named, name: "cfg.json" }, { headers: {} });
    expect(asked.status).toBe(410);
    await ingest(bundle, by);
    expect((await look(people.bob)).status).toBe(200);
  });
});

test("a token is revoked by its owner alone, and noted when it is used", async () => {
  const token = await tokenOf(people.ann.id, ["write"]);
  const { id } = await db().apiToken.findFirstOrThrow({ orderBy: { created_at: "desc" } });
  const revoke = (who: Who) =>
    callOperation(
      { method: "delete", path: "/account/tokens/{token}" },
      { token: id },
      { headers: signedIn(who) },
    );
  expect((await revoke(people.bob)).status).toBe(404);
  const ask = () =>
    callOperation({ method: "get", path: "/account" }, {}, { headers: bearer(token) });
  expect(await (await ask()).json()).toMatchObject({ name: "ann" });
  expect((await db().apiToken.findUniqueOrThrow({ where: { id } })).last_used_at).not.toBeNull();
  expect((await revoke(people.ann)).status).toBe(200);
  expect((await ask()).status).toBe(401);
});

test("a token is shown once, and kept as its hash", async () => {
  const post = { method: "post", path: "/account/tokens" } as const;
  const body = JSON.stringify({ name: "ci", scopes: ["upload"], days: 7 });
  const made = await callOperation(post, {}, { headers: signedIn(people.bob), body });
  const { token, id } = (await made.json()) as { token: string; id: string };
  expect(token).toMatch(/^dh_[\w-]{43}$/);
  const row = await db().apiToken.findUniqueOrThrow({ where: { id } });
  expect(JSON.stringify(row)).not.toContain(token);
  const days = ((row.expires_at?.getTime() ?? 0) - Date.now()) / 86_400_000;
  expect(days).toBeCloseTo(7, 2);
  const list = await callOperation(
    { method: "get", path: "/account/tokens" },
    {},
    { headers: signedIn(people.bob) },
  );
  expect(await list.text()).not.toContain(token);
});
