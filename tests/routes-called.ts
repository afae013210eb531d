import { join } from "node:path";
import { addressOf, type Operation } from "../server/api/operations.ts";
import { serve } from "./servers.ts";

type Handler = (request: Request, context: { params: Promise<Named> }) => Promise<Response>;
export type Named = Record<string, string>;
type Sent = { headers: Record<string, string>; body?: string | undefined; query?: string };

/** Asks the route file behind an operation, as Next.js would. */
export async function callOperation(
  operation: Pick<Operation, "method" | "root" | "path">,
  named: Named,
  { headers, body, query = "" }: Sent,
): Promise<Response> {
  const { method } = operation;
  const path = addressOf(operation);
  const file = path.replaceAll("{", "[").replaceAll("}", "]");
  const init = { method: method.toUpperCase(), headers, ...(body !== undefined && { body }) };
  const app = join(process.cwd(), "app", file, "route.ts");
  const module: Record<string, Handler> | null = await import(app).catch(() => null);
  const handler = module?.[init.method];
  const address = path.replace(/\{(\w+)\}/g, (_, name) => named[name] ?? "nothing");
  if (handler) {
    const request = new Request(`https://hub.example${address}${query}`, init);
    return handler(request, { params: Promise.resolve(named) });
  }
  const route = await import(join(process.cwd(), "pages", `${file}.ts`));
  const server = await serve(route.default, named);
  const response = await fetch(`${server.url.slice(0, -1)}${address}${query}`, init);
  const bytes = await response.arrayBuffer();
  await server.close();
  const { status, headers: answered } = response;
  return new Response(method === "head" || status === 304 ? null : bytes, {
    status,
    headers: answered,
  });
}
