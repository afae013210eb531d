import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";

type Props = {
  /** null: there is none */
  href: string | null;
  label: string;
  to: "previous" | "next";
  /** whether to go to the top of what comes */
  scroll?: boolean;
};

/** The way to what comes before or after. */
export function Turn({ href, label, to, scroll = false }: Props) {
  const Arrow = to === "previous" ? ChevronLeft : ChevronRight;
  const arrow = <Arrow aria-hidden="true" size={14} />;
  if (href === null) return <span className="button w-8 px-0 opacity-40">{arrow}</span>;
  return (
    <Link href={href} scroll={scroll} aria-label={label} className="button w-8 px-0">
      {arrow}
    </Link>
  );
}
