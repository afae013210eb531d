/** Text as XML 1.0 holds it: what it cannot hold at all is left out. */
export function escapeXml(text: string): string {
  return text.replace(unholdable, "").replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Control characters, lone surrogates, and the two that are no characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML refuses
const unholdable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;
