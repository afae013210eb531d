/**
 * How deep objects and lists lie within one another, of any text; JSON.parse would build what is too deep before
 * anybody could look at it.
 */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "{" || c === "[") deepest = Math.max(deepest, ++depth);
    else if (c === "}" || c === "]") depth--;
    else if (c === '"') i = endOfString(text, i);
  }
  return deepest;
}

/** The first key that stands twice in one object of a valid JSON text (JSON.parse keeps the last silently). */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  const colon = /\s*:/y;
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (c === "{") open.push(new Set());
    else if (c === "}") open.pop();
    else if (c === '"') {
      const start = i;
      i = endOfString(json, start);
      colon.lastIndex = i + 1;
      if (!colon.test(json)) continue;
      const key: string = JSON.parse(json.slice(start, i + 1));
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}
