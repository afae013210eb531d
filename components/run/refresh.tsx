"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

type Props = {
  /** an address of the API whose answer changes when the page has to */
  watch: string;
  /** milliseconds between two looks */
  every: number;
};

/**
 * Draws the page anew when what it shows has changed. The hub is asked first, and quietly: a page
 * that is left open while the hub is restarted stays as it is.
 */
export function Refresh({ watch, every }: Props) {
  const router = useRouter();
  useEffect(() => {
    let seen: string | null = null;
    let stopped = false;
    const look = async () => {
      if (document.hidden) return;
      const found = await read(watch);
      if (stopped || found === null || found === seen) return;
      if (seen !== null) router.refresh();
      seen = found;
    };
    const timer = setInterval(() => void look(), every);
    void look();
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }, [watch, every, router]);
  return (
    <noscript>
      <meta httpEquiv="refresh" content="5" />
    </noscript>
  );
}

async function read(address: string): Promise<string | null> {
  try {
    const response = await fetch(address, { cache: "no-store" });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
