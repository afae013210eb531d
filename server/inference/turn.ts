import "server-only";
import { addressHeader } from "../clients.ts";
import { takeTurn } from "../limits.ts";

/** What computes for anybody is bounded for each: so many texts a minute from one address. */
export async function takeTextTurn(headers: Headers): Promise<void> {
  const address = headers.get(addressHeader) ?? "unknown";
  await takeTurn(`try from ${address}`, { most: 120, seconds: 60 });
}
