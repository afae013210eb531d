import { type Flag, format, listFlags } from "./flags.ts";
import type { Verb } from "./verb.ts";

const WIDTH = 100;
const INDENT = 30;

/** What `trainer VERB --help` prints: every flag with its meaning, what it may be, and its default. */
export function verbHelp(name: string, { words, summary, flags }: Verb): string {
  const groups = Object.entries(flags).map(
    ([title, schema]) => `${title}\n${listFlags(schema).map(flagHelp).join("\n")}`,
  );
  const usage = ["trainer", name, words, "[flags]"].filter((part) => part !== "").join(" ");
  return [usage, wrap(summary, 0), ...groups].join("\n\n");
}

function flagHelp(flag: Flag): string {
  const value = flag.type === "boolean" ? "" : ` ${flag.type === "string" ? "TEXT" : "N"}`;
  const head = `  --${flag.name}${value}`;
  const about = [
    ...(flag.expected.startsWith("a text") ? [] : [flag.expected]),
    ...(flag.many ? ["may be repeated"] : []),
    ...(flag.required ? ["must be given"] : []),
    ...(flag.default === undefined ? [] : [`default ${format(flag.default)}`]),
  ];
  const body = wrap(
    `${flag.description}${about.length > 0 ? ` (${about.join("; ")})` : ""}`,
    INDENT,
  );
  return head.length < INDENT ? head + body.slice(head.length) : `${head}\n${body}`;
}

/** Lines of at most WIDTH, each indented. */
function wrap(text: string, indent: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (indent + line.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.map((line) => " ".repeat(indent) + line).join("\n");
}
