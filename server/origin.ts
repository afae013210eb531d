import "server-only";
import { headers } from "next/headers";
import { env } from "./env.ts";

/** How the reader reached the hub, e.g. http://127.0.0.1:3000, for addresses that leave the page. */
export async function requestOrigin(): Promise<string> {
  return originOf(await headers());
}

export function originOf(head: Headers): string {
  const { AUTH_URL } = env();
  if (AUTH_URL !== undefined) return AUTH_URL;
  const host = head.get("x-forwarded-host") ?? head.get("host") ?? "localhost";
  const protocol = head.get("x-forwarded-proto")?.split(",")[0] ?? "http";
  const origin = `${protocol}://${host}`;
  return URL.canParse(origin) ? new URL(origin).origin : "http://localhost";
}

/** The host of the hub's own addresses, as whoever asks knows it. */
export function hostOf({ headers }: { headers: Headers }): string {
  return new URL(originOf(headers)).host;
}
