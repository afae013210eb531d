"use client";

import { useEffect, useState } from "react";
import { writeClipboard } from "./clipboard.ts";

/**
 * Links with `data-copy` lead to a plain text; here a click on one copies that text instead. One
 * instance serves the whole page; without JavaScript they are links.
 */
export function CopyLinks() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    async function copy(event: MouseEvent) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      const link = event.target instanceof Element && event.target.closest("a[data-copy]");
      if (!(link instanceof HTMLAnchorElement)) return;
      event.preventDefault();
      const response = await fetch(link.href);
      if (!response.ok) return setSaid("The hub could not be asked for the text");
      await writeClipboard(await response.text());
      setSaid("Copied");
      link.dataset.copied = "";
      setTimeout(() => {
        delete link.dataset.copied;
        setSaid("");
      }, 2000);
    }
    document.addEventListener("click", copy);
    return () => document.removeEventListener("click", copy);
  }, []);
  return (
    <span role="status" className="sr-only">
      {said}
    </span>
  );
}
