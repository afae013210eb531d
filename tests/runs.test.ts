import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lines from "../app/api/v1/runs/[run]/lines/route.ts";
import * as state from "../app/api/v1/runs/[run]/state/route.ts";
import * as runs from "../app/api/v1/runs/route.ts";
import { closeDb, db } from "../server/db.ts";
import { getRun, listLines, listRuns } from "../server/queries/runs.ts";
import { ingest, tinyBundle } from "./hub.ts";
import { announcement, line, linesOf } from "./runs.ts";

const token = "a-token-of-some-length";
const known = announcement();

beforeAll(async () => {
  process.env.RUN_TOKEN = token;
});
beforeEach(async () => {
  await db().run.deleteMany();
});
afterAll(closeDb);

const bearer = { authorization: `Bearer ${token}` };
const toRequest = (body: unknown, headers: Record<string, string> = bearer) =>
  new Request("http://hub/api/v1/runs", {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers,
  });
const at = (run: string) => ({ params: Promise.resolve({ run }) });

const announce = (run = known) => runs.POST(toRequest(run));
const send = (after: number, sent: unknown, run = known.id) =>
  lines.POST(toRequest({ after, lines: sent }), at(run));
const say = (status: object, run = known.id) =>
  state.POST(
    toRequest({ state: "running", stage: "train", done: 0, total: 1, ...status }),
    at(run),
  );
const stepsOf = async (run = known.id) =>
  (await db().runLine.findMany({ where: { run_id: run }, orderBy: { step: "asc" } })).map(
    ({ step }) => step,
  );

describe("a report is taken only with the hub's token:", () => {
  const writes = {
    "an announcement": (headers: Record<string, string>) => runs.POST(toRequest(known, headers)),
    lines: (headers: Record<string, string>) =>
      lines.POST(toRequest({ after: 0, lines: [] }, headers), at(known.id)),
    "a state": (headers: Record<string, string>) =>
      state.POST(toRequest({}, headers), at(known.id)),
  };

  test.each(Object.entries(writes))("%s", async (_what, write) => {
    const without = await write({});
    expect(without.status).toBe(401);
    expect(without.headers.get("www-authenticate")).toBe("Bearer");
    expect((await without.json()).error.message).toContain("a token is needed here");
    for (const authorization of [`Bearer ${token}x`, "Bearer x", `Basic ${token}`]) {
      const wrong = await write({ authorization });
      expect(wrong.status).toBe(401);
      expect(await wrong.text()).not.toContain(token);
    }
    expect(await listRuns(null)).toEqual([]);
  });
});

test("a run that is announced is listed, with nothing to show yet", async () => {
  expect(await (await announce()).json()).toEqual({ last_step: 0 });
  const [run] = await listRuns(null);
  const { config: _, ...listed } = known;
  expect(run).toMatchObject({ ...listed, state: "running", latest: null });
  expect(await getRun(null, known.id)).toMatchObject(known);
});

test("announced again, it keeps its lines and its place, and runs again", async () => {
  await announce();
  await send(0, linesOf(1, 2, 3));
  await say({ state: "failed", error: "the disk is full" });
  const { created_at } = (await getRun(null, known.id)) ?? {};
  const again = await announce({ ...known, name: "other" });
  expect(await again.json()).toEqual({ last_step: 3 });
  expect(await getRun(null, known.id)).toMatchObject({
    name: "other",
    created_at,
    state: "running",
    error: null,
  });
  expect(await stepsOf()).toEqual([1, 2, 3]);
});

test("a message that comes twice changes nothing", async () => {
  await announce();
  await send(0, linesOf(10, 20));
  for (let i = 0; i < 2; i++)
    expect(await (await send(20, linesOf(30))).json()).toEqual({ last_step: 30 });
  expect(await stepsOf()).toEqual([10, 20, 30]);
});

test("a run that goes on from its checkpoint writes over what came after it", async () => {
  await announce();
  await send(0, [line(10, { fvu: 0.5 }), line(20), line(30, { fvu: 0.25 }), line(40)]);
  expect((await getRun(null, known.id))?.latest).toMatchObject({ step: 40, fvu: 0.25 });
  await send(20, []);
  expect((await getRun(null, known.id))?.latest).toMatchObject({ step: 20, fvu: 0.5 });
  await send(20, [line(30, { loss: 7 })]);
  expect(await stepsOf()).toEqual([10, 20, 30]);
  expect((await getRun(null, known.id))?.latest).toEqual(line(30, { loss: 7, fvu: 0.5 }));
});

test("lines that would leave a gap are refused, so that the trainer asks where to go on", async () => {
  await announce();
  await send(0, linesOf(10));
  const response = await send(20, linesOf(30));
  expect(response.status).toBe(409);
  expect((await response.json()).error.message).toContain("last known step is 10");
  expect(await stepsOf()).toEqual([10]);
});

test("lines and states of a run that nobody announced are a 404", async () => {
  expect((await send(0, linesOf(1))).status).toBe(404);
  expect((await say({})).status).toBe(404);
  expect((await send(0, [], "x")).status).toBe(404);
});

describe("refused with a sentence:", () => {
  const step = (given: object) => ({ ...line(1), ...given });

  test.each([
    ["what is no JSON", () => runs.POST(toRequest("{")), 400, "not JSON"],
    ["an id of its own", () => announce({ ...known, id: "1" }), 400, "id"],
    ["a model that is no slug", () => announce({ ...known, model: "A/B" }), 400, "model"],
    ["a NUL", () => announce({ ...known, config: { text: "a\0b" } }), 400, "NUL"],
    ["a large body", () => runs.POST(toRequest(" ".repeat(2 ** 18 + 1))), 413, "larger than"],
    ["lines that do not rise", () => send(0, linesOf(2, 2)), 400, "rising steps"],
    ["lines before `after`", () => send(5, linesOf(5)), 400, "rising steps"],
    ["a line without a loss", () => send(0, [step({ loss: undefined })]), 400, "loss"],
    ["a loss that is no number", () => send(0, [step({ loss: null })]), 400, "loss"],
    [
      "too many lines",
      () =>
        send(
          0,
          Array.from({ length: 1001 }, (_, i) => line(i + 1)),
        ),
      400,
      "lines",
    ],
    ["another state", () => say({ state: "asleep" }), 400, "state"],
    ["a manifest that is no hash", () => say({ manifest_sha256: "x" }), 400, "manifest_sha256"],
  ])("%s", async (_what, write, status, sentence) => {
    const response = await write();
    expect(response.status).toBe(status);
    expect((await response.json()).error.message).toContain(sentence);
  });
});

test("a run that was not heard of for a minute is silent, and one that ended is not", async () => {
  const ended = announcement();
  await announce();
  await announce(ended);
  await say({ state: "stopped" }, ended.id);
  const states = async () =>
    Object.fromEntries((await listRuns(null)).map((run) => [run.id, run.state]));
  expect(await states()).toEqual({ [known.id]: "running", [ended.id]: "stopped" });
  await db().run.updateMany({ data: { heard_at: new Date(Date.now() - 61_000) } });
  expect(await states()).toEqual({ [known.id]: "silent", [ended.id]: "stopped" });
  await send(0, linesOf(1));
  expect((await states())[known.id]).toBe("running");
});

test("a run names the dictionary that came of it once the hub has it", async () => {
  const { model, dictionary, revision: manifest_sha256 } = await ingest(await tinyBundle());
  await announce();
  expect((await getRun(null, known.id))?.dictionary).toBeNull();
  await say({ state: "finished", manifest_sha256 });
  expect((await getRun(null, known.id))?.dictionary).toEqual({ model, slug: dictionary });
});

test("charts get means of equal numbers of steps, few enough to draw", async () => {
  await announce();
  const many = Array.from({ length: 1000 }, (_, i) => line(i + 1, { l0: i % 2, loss: i }));
  await send(0, many);
  const { points, lines: there } = (await listLines(known.id, 100)) ?? { points: [] };
  expect(there).toBe(1000);
  expect(points).toHaveLength(63); // of 16 steps each: the least power of two with 1000 / 16 ≤ 100
  expect(points[0]).toMatchObject({ step: 16, tokens: 1600, l0: 0.5, loss: 7.5, fvu: null });
  expect((await listLines(known.id, 1000))?.points).toEqual(many);
});

test("the run that was heard of last is found first, whichever is the newest", async () => {
  const newer = announcement();
  await announce();
  await announce(newer);
  await send(0, linesOf(1));
  expect((await listRuns(null, { limit: 1 })).map(({ id }) => id)).toEqual([newer.id]);
  expect((await listRuns(null, { sort: "heard_at", limit: 1 })).map(({ id }) => id)).toEqual([
    known.id,
  ]);
});

test("a run of a sweep is found by the sweep's name", async () => {
  await announce();
  const one = announcement({ sweep: "widths", name: "a" });
  await announce(one);
  expect((await listRuns(null, { sweep: "widths" })).map((run) => run.id)).toEqual([one.id]);
});
