import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import tar from "tar-stream";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { writeTinyBundle } from "../../fixtures/tiny-bundle.ts";
import type { Manifest } from "../bundle/index.ts";
import { download } from "./download.ts";
import { upload } from "./upload.ts";
import type { Context } from "./verb.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => unknown;

let answer: Answer;
const asked: string[] = [];
const server = createServer((request, response) => {
  const url = new URL(request.url as string, "http://hub");
  asked.push(`${request.method} ${url.pathname} ${request.headers.range ?? ""}`.trim());
  Promise.resolve(answer(request, response, url)).catch((error) => response.destroy(error));
});
let hub: string;
let root: string;
let bundle: string;
let sealed: Manifest;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  root = await mkdtemp(join(tmpdir(), "hub-"));
  bundle = join(root, "bundle");
  await mkdir(bundle);
  sealed = await writeTinyBundle(bundle);
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true });
});
beforeEach(() => asked.splice(0));

const context: Context = { report: () => {}, say: () => {}, signal: new AbortController().signal };
const send = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
const refuse = (response: ServerResponse, status: number, message: string) =>
  send(response, status, { error: { status, message } });
const job = { state: "running", step: "copy", done: 1, total: 2, error: null, result: null };

const uploadTo = (to: string) => upload.run([bundle], { to }, context);

test("an upload announces its length and hash, and waits for the job", async () => {
  let names: string[] = [];
  const views = [job, { ...job, state: "done", result: "/tiny/res1-2x-topk2" }];
  answer = async (request, response, url) => {
    if (request.method === "GET") return send(response, 200, views.shift() as object);
    expect(url.searchParams.get("filename")).toBe(`${sealed.name}.tar`);
    const body = await buffer(request);
    expect(body.length).toBe(Number(request.headers["content-length"]));
    const sha256 = createHash("sha256").update(body).digest("hex");
    expect(request.headers["x-content-sha256"]).toBe(sha256);
    names = await untarred(body);
    send(response, 201, { upload: "u", job: "j1", address: "/jobs/j1" });
  };
  const { data } = await uploadTo(hub);
  expect(data).toEqual({ address: `${hub}/tiny/res1-2x-topk2` });
  expect(names).toEqual(["manifest.json", ...Object.keys(sealed.files)]);
  expect(asked).toEqual(["POST /api/v1/uploads", "GET /api/v1/jobs/j1", "GET /api/v1/jobs/j1"]);
});

test("the run folder will do for the bundle in it", async () => {
  answer = async (request, response) => {
    if (request.method === "GET")
      return send(response, 200, { ...job, state: "done", result: "/a/b" });
    await buffer(request);
    send(response, 201, { job: "j1" });
  };
  const { data } = await upload.run([root], { to: hub }, context);
  expect(data).toEqual({ address: `${hub}/a/b` });
});

test("a damaged bundle is not sent", async () => {
  const damaged = join(root, "damaged");
  await mkdir(damaged);
  await writeTinyBundle(damaged);
  await truncate(join(damaged, "features.parquet"), 100);
  await expect(upload.run([damaged], { to: hub }, context)).rejects.toThrow("features.parquet");
  expect(asked).toEqual([]);
});

test("what the hub says of a job that failed is passed on", async () => {
  answer = async (request, response) => {
    if (request.method === "GET")
      return send(response, 200, { ...job, state: "failed", error: "cfg.json: not JSON" });
    await buffer(request);
    send(response, 201, { job: "j1" });
  };
  await expect(uploadTo(hub)).rejects.toThrow("tar: cfg.json: not JSON");
});

test("a foreign folder is sent as a tar, a foreign file as it is, until the hub asks about it", async () => {
  const folder = join(root, "foreign");
  await mkdir(join(folder, "layers.3"), { recursive: true });
  await writeFile(join(folder, "layers.3", "cfg.json"), "{}");
  const bodies: Record<string, Buffer> = {};
  answer = async (request, response, url) => {
    if (request.method === "GET") return send(response, 200, { ...job, state: "asking" });
    bodies[url.searchParams.get("filename") ?? ""] = await buffer(request);
    send(response, 201, { job: "j1" });
  };
  const paths = [folder, join(folder, "layers.3", "cfg.json")];
  for (const path of paths)
    expect((await upload.run([path], { to: hub }, context)).data).toEqual({
      address: `${hub}/jobs/j1`,
    });
  expect(await untarred(bodies["foreign.tar"])).toEqual(["layers.3/cfg.json"]);
  expect(String(bodies["cfg.json"])).toBe("{}");
});

test("a refusal that comes before the body was read is understood", async () => {
  answer = (_, response) => refuse(response, 413, "the file is larger than 5 bytes");
  await expect(uploadTo(hub)).rejects.toThrow("the file is larger than 5 bytes (413)");
});

test("no hub, no host, no address: each has its sentence", async () => {
  await expect(uploadTo("http://127.0.0.1:9")).rejects.toThrow("is the hub running?");
  await expect(uploadTo("127.0.0.1:3000")).rejects.toThrow("127.0.0.1:3000: not an address");
  answer = (_, response) => response.end("<html>");
  await expect(uploadTo(hub)).rejects.toThrow("answered what a hub does not");
});

test("an upload stops when it is asked to", async () => {
  answer = () => {}; // never answers
  const controller = new AbortController();
  const sending = upload.run([bundle], { to: hub }, { ...context, signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  await expect(sending).rejects.toThrow(/abort/i);
});

const target = () => join(root, "copy");
const page = () => `${hub}/tiny/dictionary/7?revision=${"0".repeat(64)}`;
const fetchAll = () => download.run([page(), target()], {}, context);
afterEach(() => rm(target(), { recursive: true, force: true }));

/** Serves the bundle's files with ranges, as the hub does. */
const serve: Answer = async (request, response, url) => {
  const name = decodeURIComponent(url.pathname.split("/").at(-1) as string);
  const bytes = await readFile(join(bundle, name));
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  response.writeHead(start > 0 ? 206 : 200, {
    "content-length": bytes.length - start,
    ...(start > 0 && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  });
  response.end(bytes.subarray(start));
};

test("a download is the bundle, byte for byte", async () => {
  answer = serve;
  await fetchAll();
  expect((await readdir(target())).sort()).toEqual((await readdir(bundle)).sort());
  for (const name of await readdir(bundle))
    expect(await readFile(join(target(), name))).toEqual(await readFile(join(bundle, name)));
  expect(asked[0]).toBe("GET /api/v1/dictionaries/tiny/dictionary/files/manifest.json");
});

test("all files are of the revision whose manifest came first", async () => {
  const manifest = await readFile(join(bundle, "manifest.json"));
  const revisions: (string | null)[] = [];
  answer = (request, response, url) => {
    revisions.push(url.searchParams.get("revision"));
    return serve(request, response, url);
  };
  await fetchAll();
  const revision = createHash("sha256").update(manifest).digest("hex");
  expect(revisions.shift()).toBe("0".repeat(64));
  expect(new Set(revisions)).toEqual(new Set([revision]));
});

test("a file that was begun goes on where it ends, and a whole one is not fetched again", async () => {
  answer = serve;
  await fetchAll();
  const tokenizer = await readFile(join(bundle, "tokenizer.json"));
  await rm(join(target(), "manifest.json"));
  await rm(join(target(), "tokenizer.json"));
  await writeFile(join(target(), "tokenizer.json.part"), tokenizer.subarray(0, 10));
  asked.splice(0);
  await fetchAll();
  expect(asked.slice(1)).toEqual([
    "GET /api/v1/dictionaries/tiny/dictionary/files/tokenizer.json bytes=10-",
  ]);
});

test("a connection that breaks is taken up again", async () => {
  let broken = false;
  answer = async (request, response, url) => {
    if (broken || !url.pathname.endsWith("/tokenizer.json")) return serve(request, response, url);
    broken = true;
    const bytes = await readFile(join(bundle, "tokenizer.json"));
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, 20), () => setTimeout(() => response.destroy(), 50));
  };
  await fetchAll();
  expect(asked).toContain(
    "GET /api/v1/dictionaries/tiny/dictionary/files/tokenizer.json bytes=20-",
  );
});

test("a file with another hash is refused, and nothing of it is left", async () => {
  answer = async (request, response, url) => {
    if (!url.pathname.endsWith("/evaluation.json")) return serve(request, response, url);
    const bytes = await readFile(join(bundle, "evaluation.json"));
    bytes[3] ^= 1;
    response.end(bytes);
  };
  await expect(fetchAll()).rejects.toThrow(/evaluation\.json: sha256 .*, expected/);
  const left = await readdir(target());
  expect(left.filter((name) => /evaluation|manifest/.test(name))).toEqual([]);
});

test("what is not there is said so", async () => {
  answer = (_, response) => refuse(response, 404, "nothing at /tiny/dictionary");
  await expect(fetchAll()).rejects.toThrow("nothing at /tiny/dictionary (404)");
  await expect(download.run([`${hub}/tiny`], {}, context)).rejects.toThrow(
    "not a dictionary's address",
  );
});

test("a folder that holds something else is left alone", async () => {
  answer = serve;
  await mkdir(target());
  await writeFile(join(target(), "thesis.tex"), "");
  await expect(fetchAll()).rejects.toThrow("holds thesis.tex; choose a new or empty folder");
});

async function untarred(bytes: Buffer): Promise<string[]> {
  const extract = tar.extract();
  const names: string[] = [];
  extract.on("entry", ({ name }, entry, next) => {
    names.push(name);
    entry.on("end", next).resume();
  });
  await new Promise<void>((resolve, reject) => {
    extract.on("finish", resolve).on("error", reject);
    Readable.from([bytes]).pipe(extract);
  });
  return names;
}
