import { ArrowUpRight } from "lucide-react";
import type { ReactNode } from "react";
import type { themes } from "@/lib/embed.ts";
import { Mark } from "../hub/mark.tsx";

type Theme = (typeof themes)[number];
type Props = { theme: Theme; title: string; place: string; href: string; children: ReactNode };

/** What stands around a page of the hub within another page: whose it is, and the way to all of it. */
export function EmbedFrame({ theme, title, place, href, children }: Props) {
  return (
    <EmbedTheme theme={theme}>
      <header className="flex items-start justify-between gap-4">
        <div className="min-w-0">
          <p className="truncate font-mono text-xs text-ink-2">{place}</p>
          <h1 className="font-serif text-2xl tracking-tight">
            <a href={href} target="_blank" rel="noopener" className="hover:underline">
              {title}
            </a>
          </h1>
        </div>
        <a
          href={href}
          target="_blank"
          rel="noopener"
          className="link flex shrink-0 items-center gap-1.5 text-xs"
        >
          <Mark /> Dictionary Hub <ArrowUpRight aria-hidden="true" size={12} />
        </a>
      </header>
      {children}
    </EmbedTheme>
  );
}

/** The whole of a frame; by its mark globals.css leaves the hub's own head and foot out, and takes the theme. */
export function EmbedTheme({ theme, children }: { theme: Theme; children: ReactNode }) {
  return (
    <div data-embed={theme} className="space-y-4 p-4">
      {children}
    </div>
  );
}
