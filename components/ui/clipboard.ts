/** The Clipboard API needs a secure context; a hub on a local network often has none. */
export async function writeClipboard(text: string): Promise<void> {
  if (navigator.clipboard) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // permission refused: fall through to the selection below
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "fixed top-0 opacity-0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
