"use client";

import { SunMoon } from "lucide-react";
import { useLayoutEffect } from "react";

/** Turns to the other theme; the choice is kept only while it differs from the system's. */
export function ThemeToggle() {
  useLayoutEffect(applyKept, []);
  function toggle() {
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const next = (root.dataset.theme ?? system) === "dark" ? "light" : "dark";
    if (next === system) delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === system) localStorage.removeItem("theme");
      else localStorage.setItem("theme", next);
    } catch {
      // storage is shut off: the choice holds for this page
    }
  }
  return (
    <button
      type="button"
      onClick={toggle}
      aria-label="Switch between light and dark"
      className="button w-8 px-0 noscript:hidden"
    >
      <SunMoon aria-hidden="true" size={16} />
    </button>
  );
}

/** Next draws "not found" in the browser, where the script of app/layout.tsx does not run. */
function applyKept(): void {
  try {
    const kept: unknown = localStorage.theme;
    if (typeof kept === "string") document.documentElement.dataset.theme = kept;
  } catch {
    // storage is shut off: the system's preference holds
  }
}
