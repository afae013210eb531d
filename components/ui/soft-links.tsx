"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/**
 * Plain links with `data-soft` are followed without loading a page anew, as Next's are: of those there
 * are too many on a page for each to be a component in the browser. Those with "still" stay where they are:
 * the same page, shown otherwise.
 */
export function SoftLinks() {
  const router = useRouter();
  useEffect(() => {
    function follow(event: MouseEvent) {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element && event.target.closest("a[data-soft]");
      if (!(link instanceof HTMLAnchorElement)) return;
      event.preventDefault();
      const href = link.pathname + link.search + link.hash;
      if (link.dataset.soft === "still") router.replace(href, { scroll: false });
      else router.push(href);
    }
    document.addEventListener("click", follow);
    return () => document.removeEventListener("click", follow);
  }, [router]);
  return null;
}
