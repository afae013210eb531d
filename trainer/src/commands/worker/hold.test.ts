import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hold } from "./hold.ts";

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  heard.push({ body: JSON.parse(body), token: request.headers.authorization });
  response.writeHead(status).end("{}");
});
let heard: { body: unknown; token: string | undefined }[];
let status: number;

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
beforeEach(() => {
  heard = [];
  status = 200;
});
afterAll(() => {
  server.close();
});

const held = (token: string | null) => {
  const { port } = server.address() as AddressInfo;
  return hold({ url: new URL(`http://127.0.0.1:${port}/hold`), token, claim: "c", lease: 0.3 });
};

test("a group is held by saying so several times in a lease, until it is let go", async () => {
  const { lost, release } = held("secret");
  await expect.poll(() => heard.length).toBeGreaterThan(2);
  expect(heard[0]).toEqual({ body: { claim: "c" }, token: "Bearer secret" });
  expect(lost.aborted).toBe(false);
  release();
});

test("a hub that fails for a while takes nothing away", async () => {
  status = 500;
  const { lost, release } = held(null);
  await expect.poll(() => heard.length).toBeGreaterThan(3);
  expect(heard[0].token).toBeUndefined();
  expect(lost.aborted).toBe(false);
  release();
});

test("a group that another worker has is lost", async () => {
  status = 409;
  const { lost, release } = held(null);
  await expect.poll(() => lost.aborted).toBe(true);
  expect(lost.reason.message).toContain("another worker");
  release();
});
