import Link from "next/link";

type Props = { title: string; children: string; href: string; link: string; status?: 404 | 410 };

/** A page that is not there, and what to do next. */
export function NothingHere({ title, children, href, link, status = 404 }: Props) {
  return (
    <div className="max-w-xl py-12">
      <p className="font-mono text-xs text-ink-2">{status}</p>
      <h1 className="mt-2 font-serif text-4xl tracking-tight">{title}</h1>
      <p className="mt-3 text-ink-2">{children}</p>
      <p className="mt-6">
        <Link href={href} className="button">
          {link}
        </Link>
      </p>
    </div>
  );
}
