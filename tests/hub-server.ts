import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { downloadFile } from "../server/download.ts";
import { runIngestJob } from "../server/jobs/ingest-job.ts";
import type { NodeRequest } from "../server/node-route.ts";
import { getJob } from "../server/queries/jobs.ts";
import { upload } from "../server/upload.ts";
import { viewerOf } from "../server/viewer.ts";

/*
 * The hub's API over HTTP without Next: the route files of app/, and uploads, whose jobs are done when
 * somebody asks for them.
 */

export type HubServer = { address: string; port: number; close(): void };

export async function serveHub(port = 0): Promise<HubServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: taken } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${taken}`, port: taken, close: () => close(server) };
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", "http://hub");
  const parts = url.pathname.split("/").filter((part) => part !== "");
  if (parts[2] === "uploads") {
    const query = Object.fromEntries(url.searchParams);
    return upload(Object.assign(request, { query }) as NodeRequest, response);
  }
  if (parts[2] === "dictionaries" && parts[5] === "files") {
    const query = { model: parts[3], dictionary: parts[4], name: parts[6] };
    return downloadFile(Object.assign(request, { query }) as NodeRequest, response);
  }
  if (parts[2] === "jobs") {
    const id = parts[3] as string;
    const viewer = await viewerOf({ headers: new Headers(request.headers as Headered) });
    const job = await getJob(viewer, id);
    response.end(JSON.stringify(job));
    if (job?.state === "waiting") await runIngestJob(id, new AbortController().signal);
    return;
  }
  const { file, params } = routeOf(parts);
  const method = request.method as "GET" | "POST";
  const handlers: Record<string, Handler> = await import(file);
  const body = method === "POST" ? await new Response(request as never).arrayBuffer() : undefined;
  const headers = new Headers(request.headers as Headered);
  const asked = new Request(url, { method, headers, ...(body && { body }) });
  const given = await (handlers[method] as Handler)(asked, { params: Promise.resolve(params) });
  response.writeHead(given.status).end(await given.text());
}

type Headered = Record<string, string>;
type Params = Record<string, string>;
type Handler = (request: Request, context: { params: Promise<Params> }) => Promise<Response>;

/** The route file behind an address, and what stands in its brackets. */
function routeOf(parts: string[]): { file: string; params: Params } {
  const names: Record<string, string> = { runs: "run", sweeps: "sweep", groups: "group" };
  const params: Params = {};
  let folder = join(process.cwd(), "app");
  for (const [i, part] of parts.entries()) {
    const name = names[parts[i - 1] ?? ""];
    const isFixed = existsSync(join(folder, part));
    if (!isFixed && name) params[name] = part;
    folder = join(folder, isFixed || !name ? part : `[${name}]`);
  }
  return { file: join(folder, "route.ts"), params };
}
