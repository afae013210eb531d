import "server-only";
import { addressHeader } from "../clients.ts";
import { type Limit, takeTurn } from "../limits.ts";

export const textLimit: Limit = { most: 120, seconds: 60 };

/** What computes for anybody is bounded for each: so many texts a minute from one address. Answers how many are left. */
export async function takeTextTurn(headers: Headers): Promise<number> {
  const address = headers.get(addressHeader) ?? "unknown";
  return takeTurn(`try from ${address}`, textLimit);
}
