import type { ExampleView } from "@/lib/views.ts";
import { lineHtml, stripHtml } from "./concordance-html.ts";

type LinesProps = {
  examples: ExampleView[];
  max: number;
  /** where the nth of them is as plain text; by default they are not offered as that */
  textHrefOf?: (rank: number) => string;
};

/** Examples under one another. */
export function ConcordanceLines({ examples, max, textHrefOf }: LinesProps) {
  const html = examples.map((example, rank) => lineHtml(example, max, textHrefOf?.(rank))).join("");
  return (
    <ol
      className="panel overflow-hidden py-1.5 font-mono text-[0.8125rem]"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: concordance-html.ts escapes every text
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}

/** The window of an example, its chosen token in the middle. */
export function ConcordanceText({ example, max }: { example: ExampleView; max: number }) {
  return (
    <p
      className="concordance-text"
      data-strip
      // biome-ignore lint/security/noDangerouslySetInnerHtml: concordance-html.ts escapes every text
      dangerouslySetInnerHTML={{ __html: stripHtml(example, max) }}
    />
  );
}
