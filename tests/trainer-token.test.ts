import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDb, db } from "../server/db.ts";
import { hosted, person, tokenOf } from "./accounts.ts";
import { tinyBundle } from "./hub.ts";
import { type HubServer, serveHub } from "./hub-server.ts";
import { ended, startTrainer } from "./trainer.ts";

/* The trainer at a hub whose people sign in. */

Object.assign(process.env, hosted);

let hub: HubServer;
let dir: string;
let tokens: Record<"ann" | "bob", string>;

beforeAll(async () => {
  hub = await serveHub();
  dir = await mkdtemp(join(process.env.DATA_DIR as string, "trainer-"));
  const [ann, bob] = [await person("ann", "member"), await person("bob", "member")];
  tokens = { ann: await tokenOf(ann.id, ["upload"]), bob: await tokenOf(bob.id, ["upload"]) };
});
afterAll(async () => {
  hub.close();
  await closeDb();
});

const trainer = (args: string[], env: Record<string, string> = {}) =>
  ended(startTrainer(dir, args, { env }));

test("uploads as whose token it has, and as private as it is told", async () => {
  const send = ["upload", await tinyBundle(), "--to", hub.address, "--visibility", "private"];
  const without = await trainer(send);
  expect(without.status).toBe(1);
  expect(await db().upload.count()).toBe(0);
  expect((await trainer(send, { HUB_TOKEN: tokens.ann })).status).toBe(0);
  const kept = await db().dictionary.findFirstOrThrow({ include: { owner: true } });
  expect(kept).toMatchObject({ visibility: "private", owner: { name: "ann" } });
  const another = await trainer([...send, "--token", tokens.bob]);
  expect(another.stderr).toContain("name res1-2x-topk2 is taken by another's dictionary");
});

test("downloads what its token may read, and sends no other token", async () => {
  await writeFile(join(dir, "token"), `${tokens.ann}\n`);
  const fetch = ["download", `${hub.address}/tiny/res1-2x-topk2`];
  expect((await trainer([...fetch, "a", "--token", "@token"])).status).toBe(0);
  for (const refused of [
    await trainer([...fetch, "b", "--token", tokens.bob]),
    await trainer([...fetch, "c"], { HUB_TOKEN: tokens.ann }),
  ])
    expect(refused.stderr).toContain("(404)");
});

test("a token that is not known is refused in the hub's words", async () => {
  const { stderr } = await trainer(["download", `${hub.address}/tiny/x`, "--token", "wrong"]);
  expect(stderr).toContain("this token is not known here");
});
