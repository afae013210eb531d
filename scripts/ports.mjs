import { createServer } from "node:net";
import { codeOf, Failure, messageOf } from "./failure.mjs";

/**
 * @param {string} [host]
 * @returns {Promise<number>} a port that is free now
 */
export function freePort(host = "127.0.0.1") {
  return listenOnce(host, 0);
}

/**
 * @param {string} host
 * @param {number} port
 */
export async function assertPortFree(host, port) {
  try {
    await listenOnce(host, port);
  } catch (error) {
    if (codeOf(error) === "EADDRINUSE")
      throw new Failure(
        `Port ${port} is taken by another program; choose another: PORT=${port + 1} npm start`,
      );
    if (codeOf(error) === "EACCES")
      throw new Failure(
        `Port ${port} may not be used by this user; choose one above 1023: PORT=3000 npm start`,
      );
    throw new Failure(`The hub cannot listen on ${host}:${port}: ${messageOf(error)}`);
  }
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<number>}
 */
function listenOnce(host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, host, () => {
      const { port: bound } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(bound));
    });
  });
}
