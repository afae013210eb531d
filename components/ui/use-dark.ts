import { useSyncExternalStore } from "react";

/** Whether the page is dark, by the system or by choice (see theme-toggle.tsx): for what CSS cannot colour. */
export function useDark(): boolean {
  return useSyncExternalStore(subscribe, isDark, () => false);
}

function subscribe(changed: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = new MutationObserver(changed);
  chosen.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  system.addEventListener("change", changed);
  return () => {
    chosen.disconnect();
    system.removeEventListener("change", changed);
  };
}

function isDark(): boolean {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
