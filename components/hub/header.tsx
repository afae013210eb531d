import { LogIn } from "lucide-react";
import Link from "next/link";
import { loginPath } from "@/lib/routes.ts";
import type { Viewer } from "@/lib/views.ts";
import { AccountButton } from "../account/account-button.tsx";
import { SearchBox } from "../search/search-box.tsx";
import { Mark } from "./mark.tsx";
import { SiteNav } from "./site-nav.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

/** `user` is who is signed in; undefined where nobody has to be. */
export function Header({ user }: { user: Viewer | undefined }) {
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-paper/95 backdrop-blur-sm">
      <a href="#content" className="button absolute top-2 left-2 z-10 not-focus:sr-only">
        Skip to content
      </a>
      <div className="page-width flex h-14 items-center gap-2 sm:gap-4">
        <Link href="/" className="flex items-center gap-2.5" aria-label="Dictionary Hub, home">
          <Mark />
          <span className="font-serif text-lg tracking-tight max-sm:sr-only">Dictionary Hub</span>
        </Link>
        <div className="ml-auto min-w-0 flex-1 sm:max-w-88">
          <SearchBox hotkey />
        </div>
        <SiteNav />
        <ThemeToggle />
        {user && <AccountButton {...user} />}
        {user === null && (
          <Link href={loginPath()} className="button max-sm:w-8 max-sm:px-0">
            <LogIn aria-hidden="true" size={14} />
            <span className="max-sm:sr-only">Sign in</span>
          </Link>
        )}
      </div>
    </header>
  );
}
