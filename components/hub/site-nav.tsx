"use client";

import { Menu } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { discussionsPath, listsPath, runsPath, tryPath, uploadPath } from "@/lib/routes.ts";

const places = [
  { href: tryPath(), text: "Try a text" },
  { href: discussionsPath, text: "Discussions" },
  { href: listsPath, text: "Lists" },
  { href: runsPath, text: "Runs" },
  { href: uploadPath, text: "Upload" },
];

/** The hub's main places: in a row where there is room, else behind a button, which needs no script. */
export function SiteNav() {
  const path = usePathname() ?? "";
  const current = (href: string) =>
    path === href || path.startsWith(`${href}/`) ? "page" : undefined;
  return (
    <>
      <nav aria-label="Hub" className="flex gap-5 max-lg:hidden">
        {places.map(({ href, text }) => (
          <Link
            key={href}
            href={href}
            aria-current={current(href)}
            className="text-ink-2 hover:text-ink aria-[current=page]:text-ink"
          >
            {text}
          </Link>
        ))}
      </nav>
      <button
        type="button"
        popoverTarget="places"
        className="button w-8 px-0 lg:hidden"
        aria-label="Places of the hub"
      >
        <Menu aria-hidden="true" size={16} />
      </button>
      <nav
        id="places"
        popover="auto"
        aria-label="Hub"
        className="panel fixed inset-auto top-14 right-3 m-0 min-w-44 p-2 text-ink shadow-xl lg:hidden"
      >
        {places.map(({ href, text }) => (
          <Link
            key={href}
            href={href}
            aria-current={current(href)}
            className="block rounded px-3 py-2 hover:bg-sunken aria-[current=page]:font-medium"
            onClick={({ currentTarget }) => currentTarget.closest("nav")?.hidePopover()}
          >
            {text}
          </Link>
        ))}
      </nav>
    </>
  );
}
