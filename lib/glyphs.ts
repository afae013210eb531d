/** The code points that a TrueType font can draw: its `cmap` table, formats 4 and 12. */
export function codePointsOf(font: ArrayBuffer): Set<number> {
  const view = new DataView(font);
  const cmap = findTable(view, "cmap");
  const found = new Set<number>();
  const subtables = view.getUint16(cmap + 2);
  for (let i = 0; i < subtables; i++) {
    const at = cmap + view.getUint32(cmap + 4 + i * 8 + 4);
    const format = view.getUint16(at);
    if (format === 4) addSegments(view, at, found);
    if (format === 12) addGroups(view, at, found);
  }
  return found;
}

/** The text with ¤ for every character that a font lacks: renderers would fetch another font. */
export function onlyDrawable(text: string, codePoints: ReadonlySet<number>): string {
  return [...text].map((c) => (codePoints.has(c.codePointAt(0) ?? 0) ? c : "¤")).join("");
}

function findTable(view: DataView, wanted: string): number {
  const tables = view.getUint16(4);
  for (let i = 0; i < tables; i++) {
    const at = 12 + i * 16;
    const tag = [0, 1, 2, 3].map((j) => String.fromCharCode(view.getUint8(at + j))).join("");
    if (tag === wanted) return view.getUint32(at + 8);
  }
  throw new Error(`font has no ${wanted} table`);
}

/** Format 4: parallel arrays of segments' ends and starts. */
function addSegments(view: DataView, at: number, found: Set<number>): void {
  const bytes = view.getUint16(at + 6); // two for each segment
  for (let i = 0; i < bytes; i += 2) {
    const end = view.getUint16(at + 14 + i);
    const start = view.getUint16(at + 16 + bytes + i);
    for (let c = start; c <= end && c < 0xffff; c++) found.add(c);
  }
}

/** Format 12: groups of start, end and first glyph, four bytes each. */
function addGroups(view: DataView, at: number, found: Set<number>): void {
  const groups = view.getUint32(at + 12);
  for (let i = 0; i < groups; i++) {
    const start = view.getUint32(at + 16 + i * 12);
    const end = view.getUint32(at + 20 + i * 12);
    for (let c = start; c <= end; c++) found.add(c);
  }
}
