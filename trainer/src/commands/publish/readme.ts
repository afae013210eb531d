import { UsageError } from "../../bundle/index.ts";

/** What a model hub reads at the head of a README. */
export type FrontMatter = { license: string | null; base_model: string | null };

/**
 * A repository's README with this dictionary's section: a new one, or the one that is there, in which the section is
 * put in its place, or at the end; what else is there stays as it is.
 */
export function mergeReadme(
  existing: string | null,
  { key, section, title, head }: { key: string; section: string; title: string; head: FrontMatter },
): string {
  const [begin, end] = [`<!-- dictionary ${key}: begin -->`, `<!-- dictionary ${key}: end -->`];
  const marked = `${begin}\n${section.trim()}\n${end}`;
  if (existing === null) return `${frontMatter(head)}\n# ${title}\n\n${marked}\n`;
  const [from, to] = [existing.indexOf(begin), existing.indexOf(end)];
  if (from < 0 !== to < 0 || to < from)
    throw new UsageError(
      `README.md: one of the marks ${begin} and ${end} is missing; put it back, or take both out`,
    );
  if (from >= 0) return existing.slice(0, from) + marked + existing.slice(to + end.length);
  const before = existing.startsWith("---\n") ? "" : `${frontMatter(head)}\n`;
  return `${before}${existing.trimEnd()}\n\n${marked}\n`;
}

function frontMatter({ license, base_model }: FrontMatter): string {
  const lines = [
    "library_name: saelens",
    ...(license === null ? [] : [`license: ${license.toLowerCase()}`]),
    ...(base_model === null ? [] : [`base_model: ${base_model}`]),
    "tags:",
    "- sparse-autoencoder",
    "- dictionary-learning",
    "- interpretability",
  ];
  return `---\n${lines.join("\n")}\n---\n`;
}
