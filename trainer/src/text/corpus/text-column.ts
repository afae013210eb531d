import { UsageError } from "../../bundle/index.ts";

/** The column that holds the documents: the one asked for, else "text", else the only one of texts. */
export function chooseColumn(
  asked: string | null,
  columns: { name: string; isText: boolean }[],
  where: string,
): string {
  const name = asked ?? "text";
  const found = columns.find((column) => column.name === name);
  if (found?.isText) return name;
  const texts = columns.filter(({ isText }) => isText);
  if (!asked && !found && texts.length === 1) return texts[0].name;
  const wrong = found ? `column ${name} does not hold text` : `no column ${name}`;
  const names = texts.map((column) => column.name).join(", ") || "none";
  throw new UsageError(`${where}: ${wrong}; --text_column names another (those of text: ${names})`);
}
