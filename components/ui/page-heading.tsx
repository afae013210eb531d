import Link from "next/link";
import type { ReactNode } from "react";

export type Crumb = { href: string; text: string };

type Props = {
  crumbs: Crumb[];
  title: ReactNode;
  /** one or two sentences under the title */
  lead?: ReactNode;
  actions?: ReactNode;
};

export function PageHeading({ crumbs, title, lead, actions }: Props) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
      <div className="min-w-0 max-w-3xl">
        <nav aria-label="Breadcrumb">
          <ol className="mb-2 flex flex-wrap gap-x-1.5 font-mono text-xs text-ink-2">
            {crumbs.map(({ href, text }) => (
              <li key={href} className="after:ml-1.5 after:text-ink-3 after:content-['/']">
                <Link href={href} className="hover:text-accent">
                  {text}
                </Link>
              </li>
            ))}
          </ol>
        </nav>
        <h1 className="font-serif text-3xl tracking-tight text-pretty sm:text-4xl">{title}</h1>
        {lead && <p className="mt-2 text-pretty text-ink-2">{lead}</p>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}
