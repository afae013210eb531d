const MOST = 300;

/** The start of a text as a quote to answer to, without what it quotes itself. */
export function quoteOf(text: string): string {
  const own = text
    .split("\n")
    .filter((line) => !line.startsWith(">"))
    .join("\n")
    .trim();
  if (own === "" || own.includes("```")) return "";
  const start = [...own].slice(0, MOST).join("");
  const cut = start.length < own.length ? `${start.trimEnd()}…` : own;
  return `${cut.replace(/^/gm, "> ")}\n\n`;
}
