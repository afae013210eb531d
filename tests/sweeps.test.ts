import { afterAll, beforeEach, describe, expect, test } from "vitest";
import * as end from "../app/api/v1/groups/[group]/end/route.ts";
import * as hold from "../app/api/v1/groups/[group]/hold/route.ts";
import * as claim from "../app/api/v1/groups/claim/route.ts";
import * as sweeps from "../app/api/v1/sweeps/route.ts";
import { closeDb, db } from "../server/db.ts";
import { getSweep, listSweeps } from "../server/queries/sweeps.ts";
import { announceRun } from "../server/runs/record.ts";
import { announcement } from "./runs.ts";

const token = "a-token-of-some-length";
process.env.RUN_TOKEN = token;
const bearer = { authorization: `Bearer ${token}` };
const nobody = "00000000-0000-4000-8000-000000000000";

beforeEach(async () => {
  await db().run.deleteMany();
  await db().sweep.deleteMany();
});
afterAll(closeDb);

const toRequest = (body: unknown, headers: Record<string, string> = bearer) =>
  new Request("http://hub/api/v1/x", { method: "POST", body: JSON.stringify(body), headers });
const at = (group: string) => ({ params: Promise.resolve({ group }) });

const grid = {
  name: "widths",
  groups: ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"].map((name) => ({
    name,
    dictionaries: 4,
    config: { hook_name: [name], k: [8, 16] },
  })),
};
const submit = (given: object = grid) => sweeps.POST(toRequest(given));
const take = async (worker: string) => {
  const { group, lease } = await (await claim.POST(toRequest({ worker }))).json();
  expect(lease).toBeGreaterThan(0);
  return group;
};
type Claimed = { id: string; claim: string };
const finish = (group: Claimed, how: string, error: string | null = null) =>
  end.POST(toRequest({ claim: group.claim, how, error }), at(group.id));
const stay = (group: Claimed) => hold.POST(toRequest({ claim: group.claim }), at(group.id));
const groupsNow = async () => (await getSweep(null, "widths"))?.groups ?? [];
/** As if nothing had been heard of any worker for so long. */
const letLeasesEnd = () => db().sweepGroup.updateMany({ data: { lease_until: new Date(0) } });

test("a sweep is queued once, however often it is sent", async () => {
  expect(await (await submit()).json()).toEqual({
    name: "widths",
    groups: 2,
    address: "/runs/sweep/widths",
  });
  expect((await submit()).status).toBe(200);
  expect(await groupsNow()).toMatchObject([
    { name: "blocks.0.hook_resid_post", state: "waiting", dictionaries: 4, attempts: 0 },
    { name: "blocks.1.hook_resid_post", state: "waiting" },
  ]);
});

test("another grid under the same name is refused", async () => {
  await submit();
  const response = await submit({ ...grid, groups: grid.groups.slice(1) });
  expect(response.status).toBe(409);
  expect((await response.json()).error.message).toContain("another grid");
  expect(await groupsNow()).toHaveLength(2);
});

test("each group is given to one worker, with all that it needs", async () => {
  await submit();
  const taken = await Promise.all(["a", "b", "c", "d"].map(take));
  const given = taken.filter((group) => group !== null);
  expect(given.map(({ name }) => name).sort()).toEqual(grid.groups.map(({ name }) => name));
  expect(given[0]).toMatchObject({ sweep: "widths", attempts: 1, dictionaries: 4 });
  expect(given.find(({ name }) => name.includes("1"))?.config).toEqual(grid.groups[1]?.config);
});

test("the older sweep comes first", async () => {
  await submit({ ...grid, name: "older" });
  await submit({ ...grid, name: "newer" });
  const taken = [await take("a"), await take("a"), await take("a")];
  expect(taken.map(({ sweep }) => sweep)).toEqual(["older", "older", "newer"]);
});

test("a worker that nothing is heard of loses its group to another, and is told so", async () => {
  await submit();
  const lost = await take("a");
  await take("other");
  expect((await stay(lost)).status).toBe(200);
  expect(await take("b")).toBeNull();
  await letLeasesEnd();
  expect((await groupsNow())[0]).toMatchObject({ state: "lost", worker: "a" });
  const found = await take("b");
  expect(found).toMatchObject({ id: lost.id, attempts: 2 });
  for (const response of [await stay(lost), await finish(lost, "done")]) {
    expect(response.status).toBe(409);
    expect((await response.json()).error.message).toContain("not this worker's any more");
  }
  expect((await finish(found, "done")).status).toBe(200);
  expect((await groupsNow())[0]).toMatchObject({ state: "done", worker: "b", error: null });
});

test("a worker that was slow to be heard of keeps a group that nobody else has taken", async () => {
  await submit();
  const group = await take("a");
  await letLeasesEnd();
  expect((await stay(group)).status).toBe(200);
  expect((await groupsNow())[0]).toMatchObject({ state: "running" });
});

test("a group that fails three times is failed, with what was said last", async () => {
  await submit({ ...grid, groups: grid.groups.slice(0, 1) });
  for (const [i, expected] of ["waiting", "waiting", "failed"].entries()) {
    const response = await finish(await take("a"), "failed", `no such hook (${i})`);
    expect(await response.json()).toEqual({ state: expected });
  }
  expect(await take("a")).toBeNull();
  expect(await groupsNow()).toMatchObject([
    { state: "failed", attempts: 3, error: "no such hook (2)" },
  ]);
});

test("one that three workers died over is given up", async () => {
  await submit({ ...grid, groups: grid.groups.slice(0, 1) });
  for (const worker of ["a", "b", "c"]) {
    await take(worker);
    await letLeasesEnd();
  }
  expect(await take("d")).toBeNull();
  expect(await groupsNow()).toMatchObject([
    { state: "failed", error: "given up after 3 attempts that did not end" },
  ]);
});

test("what a worker gives back counts for nothing", async () => {
  await submit({ ...grid, groups: grid.groups.slice(0, 1) });
  for (let i = 0; i < 5; i++) await finish(await take("a"), "released");
  expect(await groupsNow()).toMatchObject([{ state: "waiting", attempts: 0, error: null }]);
});

test("sweeps are listed with the dictionaries that nobody has begun", async () => {
  await submit();
  await announceRun(announcement({ sweep: "widths" }));
  await announceRun(announcement({ sweep: "by-hand" }));
  const listed = await listSweeps();
  expect(listed).toMatchObject([
    { name: "by-hand", runs: 1, running: 1 },
    { name: "widths", runs: 8, running: 1, finished: 0, tokens: 0, train_tokens: 8_000_000 },
  ]);
});

describe("refused with a sentence:", () => {
  const group = grid.groups[0];

  test.each([
    ["a sweep without the token", () => sweeps.POST(toRequest(grid, {})), 401, "token"],
    ["a claim without the token", () => claim.POST(toRequest({ worker: "a" }, {})), 401, "token"],
    ["a sweep of nothing", () => submit({ name: "none", groups: [] }), 400, "groups"],
    ["a name that is no slug", () => submit({ ...grid, name: "A b" }), 400, "name"],
    [
      "a group whose name leads out of a folder",
      () => submit({ ...grid, groups: [{ ...group, name: "../x" }] }),
      400,
      "name",
    ],
    ["a worker without a name", () => claim.POST(toRequest({})), 400, "worker"],
    ["an end that is none", () => finish({ id: nobody, claim: nobody }, "lost"), 400, "how"],
    ["a group that there is not", () => stay({ id: nobody, claim: nobody }), 404, "nothing at"],
    ["an id that is none", () => stay({ id: "x", claim: nobody }), 404, "nothing at"],
  ])("%s", async (_what, write, status, sentence) => {
    const response = await write();
    expect(response.status).toBe(status);
    expect((await response.json()).error.message).toContain(sentence);
  });
});
