import "server-only";
import { headers } from "next/headers";
import { cache } from "react";
import type { Viewer } from "@/lib/views.ts";
import { env } from "./env.ts";

/** The user of migration 0008: whose hub it is as long as nobody has to sign in. */
const localOwner = { id: "local", name: "local owner", role: "maintainer" } as const;

/** Who looks at this page. */
export const viewer = cache(async (): Promise<Viewer> => viewerOf({ headers: await headers() }));

/**
 * Who asks. As long as nobody has to sign in, that is the owner, if the hub listens on this machine alone
 * and was asked by this machine's own name: another name leads here through a proxy, or through
 * another site's page (DNS rebinding).
 */
export async function viewerOf({ headers }: { headers: Headers }): Promise<Viewer> {
  return isLocal(headers, env().HOST) ? localOwner : null;
}

export function isLocal(headers: Headers, listensOn: string): boolean {
  const asked = hostname(headers.get("host"));
  const isForwarded =
    headers.has("x-forwarded-host") && headers.get("x-forwarded-host") !== headers.get("host");
  return loopback.test(listensOn) && loopback.test(asked) && !isForwarded;
}

/** Names and addresses by which a machine is reached from itself alone. */
export const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** 127.0.0.1:3000 → 127.0.0.1, [::1]:3000 → ::1 */
function hostname(host: string | null): string {
  const address = `http://${host ?? ""}`;
  return URL.canParse(address) ? new URL(address).hostname.replace(/^\[|\]$/g, "") : "";
}
