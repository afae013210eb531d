import {
  type ForeignDictionary,
  foreignFormats,
  type ReadingKey,
  reading,
  unsaid,
} from "../bundle/index.ts";
import { shellWord } from "./shell.ts";

/** Beyond so many, each has a line and not a page. */
const MANY = 6;

/** What was found in foreign files, for people, with the commands that go on from there. */
export function foreignSummary(given: string, found: ForeignDictionary[]): string {
  const { title, files } = foreignFormats[found[0].format];
  const count = found.length === 1 ? "1 dictionary" : `${found.length} dictionaries`;
  const head = `${given}: ${count} of ${title} (${files})`;
  const isOne = found.length === 1;
  if (found.length <= MANY)
    return [head, ...found.map((one) => page(given, one, isOne))].join("\n\n");
  const notes = [...new Set(found.flatMap(({ notes }) => notes))];
  return [
    head,
    found.map(line).join("\n"),
    ...(notes.length > 0 ? [["notes", ...notes.map(indented)].join("\n")] : []),
    `of one of them: npx trainer inspect ${shellWord(given)} --json\n${goOn(given, found[0], isOne)}`,
  ].join("\n\n");
}

function line({ where, reading, ...sizes }: ForeignDictionary): string {
  const { architecture, hook_name } = reading;
  const missing = unsaid(reading).join(", ");
  const asks = missing === "" ? "" : `; must be given: ${missing}`;
  return `${where}  ${widths(sizes)}, ${architecture ?? "?"} at ${hook_name ?? "?"}${asks}`;
}

function page(given: string, dictionary: ForeignDictionary, isOne: boolean): string {
  const { where, tensors, notes, ...rest } = dictionary;
  const parts = Object.keys(reading.shape) as ReadingKey[];
  return [
    `${where}: ${widths(rest)}`,
    table(parts.map((key) => [key, ...told(dictionary, key)])),
    table(
      tensors.map(({ name, dtype, shape, role }) => [
        name,
        `${dtype} [${shape.join(", ")}]`,
        role ?? "not used",
      ]),
    ),
    ...(notes.length > 0 ? [notes.map(indented).join("\n")] : []),
    goOn(given, dictionary, isOne),
  ].join("\n\n");
}

/** A part of the reading and its reason; of one that is not said, what it means. */
function told({ reading: said, because }: ForeignDictionary, key: ReadingKey): [string, string] {
  const value = said[key];
  if (value === undefined) return ["must be given", reading.shape[key].description ?? ""];
  return [String(value), because[key] ?? ""];
}

function goOn(given: string, { where, reading }: ForeignDictionary, isOne: boolean): string {
  const which = isOne ? "" : ` --where ${shellWord(where)}`;
  const missing = unsaid(reading).map((key) => ` --${key} ${key.toUpperCase()}`);
  return `to import it: npx trainer import ${shellWord(given)} RUN_DIR${which}${missing.join("")}`;
}

function widths({ d_in, d_sae, d_out }: Pick<ForeignDictionary, "d_in" | "d_sae" | "d_out">) {
  return `${d_sae} features of ${d_in}${d_out === d_in ? "" : `, to ${d_out}`}`;
}

/** Columns under each other, the last as long as it is. */
function table(rows: string[][]): string {
  const width = (at: number) => Math.max(...rows.map((row) => row[at].length));
  const [first, second] = [width(0), width(1)];
  return rows
    .map(([a, b, c]) => indented(`${a.padEnd(first)}  ${b.padEnd(second)}  ${c}`))
    .join("\n");
}

function indented(text: string): string {
  return `  ${text}`;
}
