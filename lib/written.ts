/*
 * Bounds for text that somebody wrote: what reads Markdown takes time by the square of how deep it is nested,
 * and what draws it a stack as high.
 */

/** The longest text that anybody may write, in characters. */
export const MOST_WRITTEN = 10_000;

/** Deeper than anybody writes. */
const MOST = 24;

const tooManyMarks = new RegExp(
  `^((?:[ \\t]*(?:>|(?:[-*+]|\\d{1,9}[.)])[ \\t])){${MOST}})(.*)`,
  "gm",
);
const startsDeeper = /^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])[ \t]))+/;

/** The text with at most so many quotes and lists opened by one line. */
export function shallow(text: string): string {
  return text.replace(
    tooManyMarks,
    (_, marks: string, rest: string) => marks + rest.replace(startsDeeper, ""),
  );
}

type Node = { type: string; value?: string; children?: Node[] };

/** A remark plugin: what is nested deeper than anybody writes is left out. */
export function limitDepth() {
  return (tree: Node): void => {
    const open: [Node, number][] = [[tree, 0]];
    for (let next = open.pop(); next; next = open.pop()) {
      const [node, depth] = next;
      if (depth >= 2 * MOST && node.children) node.children = [{ type: "text", value: "…" }];
      for (const child of node.children ?? []) open.push([child, depth + 1]);
    }
  };
}
