import Link from "next/link";
import type { DatapointRow } from "@/lib/views.ts";
import { TokenText } from "../ui/token.tsx";
import { shadeOf } from "./shade.ts";

type Props = { row: Pick<DatapointRow, "ce_diff" | "snippet">; href: string; range: number };

/** A datapoint in its text, cut so that the tokens of all rows stand under one another. */
export function Snippet({ row, href, range }: Props) {
  const { tokens, at } = row.snippet;
  const { className, style } = shadeOf(row.ce_diff, range);
  return (
    <p className="concordance-text font-mono text-[0.8125rem]">
      <span className="concordance-before text-ink-2">
        <span>
          <TokenText tokens={tokens.slice(0, at)} />
        </span>
      </span>
      <span className="concordance-from">
        <Link href={href} prefetch={false} tabIndex={-1} className={className} style={style}>
          <b className="font-semibold">
            <TokenText tokens={tokens.slice(at, at + 1)} />
          </b>
        </Link>
        <span className="text-ink-2">
          <TokenText tokens={tokens.slice(at + 1)} />
        </span>
      </span>
    </p>
  );
}
