"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

type Props = { previous: string | null; next: string | null };

/**
 * The arrow keys: within a strip of tokens from one to the next, elsewhere from one page to the
 * previous or next.
 */
export function ArrowKeys({ previous, next }: Props) {
  const router = useRouter();
  useEffect(() => {
    function turn(event: KeyboardEvent) {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const at = event.target instanceof Element ? event.target : document.body;
      if (at.closest("input, select, textarea, section[tabindex]")) return;
      const strip = at.closest("[data-strip]");
      if (strip) {
        const tokens = [...strip.querySelectorAll<HTMLElement>("[data-token]")];
        const beside = tokens[tokens.indexOf(at as HTMLElement) + step];
        if (beside && !beside.hasAttribute("tabindex")) beside.tabIndex = -1; // as few are ever asked for
        beside?.focus();
        event.preventDefault();
        return;
      }
      const href = step > 0 ? next : previous;
      if (href) router.push(href, { scroll: false });
    }
    document.addEventListener("keydown", turn);
    return () => document.removeEventListener("keydown", turn);
  }, [router, previous, next]);
  return null;
}
