import {
  createServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { NodeRequest } from "../server/node-route.ts";

type Handler = (request: NodeRequest, response: ServerResponse) => Promise<void>;

/** Serves one handler of the Pages Router; `named` are the parts of its path. */
export async function serve(
  handler: Handler,
  named: Record<string, string> = {},
  options: ServerOptions = {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(options, (request: IncomingMessage, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://hub");
    const query = { ...Object.fromEntries(searchParams), ...named };
    void handler(Object.assign(request, { query }), response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}
