import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Toy, toy } from "trainer/bundle";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as toys from "../app/api/v1/toys/route.ts";
import { closeDb } from "../server/db.ts";
import { getToy, listToys } from "../server/queries/toys.ts";
import { ended, killedAt, startTrainer } from "./trainer.ts";

const token = "a-token-of-some-length";
process.env.RUN_TOKEN = token;

const dir = mkdtempSync(join(tmpdir(), "toys-"));
afterAll(async () => {
  rmSync(dir, { recursive: true });
  await closeDb();
});

const settings = {
  planted: "composed",
  toy_d_in: 2,
  architecture: "standard",
  train_tokens: 30_000,
  held_out_rows: 500,
  checkpoint_every_steps: 20,
};
const call = (name: string, more: Record<string, unknown> = {}) => [
  ...["toy", name, "--json"],
  ...Object.entries({ ...settings, ...more }).flatMap(([flag, value]) => [
    `--${flag}`,
    String(value),
  ]),
];
const run = (name: string, more?: Record<string, unknown>) => startTrainer(dir, call(name, more));
const read = (name: string): Toy =>
  toy.parse(JSON.parse(readFileSync(join(dir, name, "toy.json"), "utf8")));
const send = (body: unknown, authorization = `Bearer ${token}`) =>
  toys.POST(
    new Request("http://hub/api/v1/toys", {
      method: "POST",
      body: JSON.stringify(body),
      headers: { authorization },
    }),
  );

beforeAll(async () => {
  expect(await ended(run("pair"))).toMatchObject({ status: 0 });
});

test("a pair in the plane is learnt, and has a picture", () => {
  const [result] = read("pair").results;
  expect(result).toMatchObject({ name: "composed-2d-standard", n_features: 2, d_sae: 3 });
  expect(result?.measures.mmcs).toBeGreaterThan(0.9);
  expect(result?.picture?.learnt).toHaveLength(3);
});

test("stages are trained one after another, and measured as one dictionary", async () => {
  expect(await ended(run("stacked", { stages: 2 }))).toMatchObject({ status: 0 });
  const [result] = read("stacked").results;
  expect(result).toMatchObject({ name: "composed-2d-standard-2stages", stages: 2, d_sae: 3 });
  expect(result?.picture?.learnt).toHaveLength(3);
  expect(result?.measures.mmcs).toBeGreaterThan(0.7);
});

test("killed half-way and started again, it ends with what it would have found", async () => {
  await killedAt(dir, call("killed"), ({ done, total }) => done > total / 2 && done < total);
  expect(await ended(run("killed"))).toMatchObject({ status: 0 });
  expect(read("killed").results).toEqual(read("pair").results);
});

test("other settings in the same folder are refused", async () => {
  const { status, stderr } = await ended(run("pair", { seed: 1 }));
  expect(status).toBe(2);
  expect(stderr).toContain("pair: holds toys of other settings");
});

test("a hub takes it in once, and only with its token", async () => {
  const made = read("pair");
  expect((await send(made, "Bearer wrong")).status).toBe(401);
  const { id, address } = await (await send(made)).json();
  expect(address).toBe(`/toys/${id}`);
  expect(await (await send(made)).json()).toEqual({ id, address });
  expect(await listToys()).toMatchObject([{ id, name: "pair", results: 1 }]);
  expect((await getToy(id))?.toy).toEqual(made);
  expect(await getToy("nothing")).toBeNull();
});

test("what is no toy is refused with the key that is wrong", async () => {
  const answer = await send({ ...read("pair"), results: [] });
  expect(answer.status).toBe(400);
  expect((await answer.json()).error.message).toContain("results");
});
