"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import type { Comparison } from "@/lib/views.ts";

const every = 1000; // ms between two looks

type Props = { watch: string; shown: NonNullable<Comparison["job"]> };

/** Draws the page anew as soon as the comparison is not as the page shows it. */
export function AwaitComparison({ watch, shown: { state, done } }: Props) {
  const router = useRouter();
  useEffect(() => {
    const look = async () => {
      const job = document.hidden ? null : await read(watch);
      if (job && (job.state !== state || job.done !== done)) router.refresh();
    };
    const timer = setInterval(() => void look(), every);
    return () => clearInterval(timer);
  }, [watch, state, done, router]);
  return (
    <noscript>
      <meta httpEquiv="refresh" content="5" />
    </noscript>
  );
}

/** Null when the hub does not answer just now: the next look may. */
async function read(address: string): Promise<Comparison["job"]> {
  try {
    const response = await fetch(address, { cache: "no-store" });
    return response.ok ? ((await response.json()) as Comparison).job : null;
  } catch {
    return null;
  }
}
