import { type ReadingKey, unsaid } from "../bundle/index.ts";
import { Said } from "./described.ts";
import { configsIn, folderOf } from "./folders.ts";
import type { Foreign, Input } from "./foreign.ts";
import { isRecord, kinds } from "./keys.ts";
import { sayModel } from "./models.ts";

/**
 * Our own exports keep beside a format's files what these have no place for (export.json): it says what they leave
 * open, and nothing against them.
 */
export function sayExported(input: Input, { described, files }: Foreign): void {
  const folder = folderOf(files[0].path);
  const [found] = configsIn(input, folder, (record) => isRecord(record.exported_from));
  if (!found) return;
  const from = found.keys.within("exported_from");
  const said = new Said();
  const hook = from.maybe("hook_name", kinds.text);
  if (hook) {
    said.sayHook("hook_name", hook, from.says("hook_name"));
    const out = from.maybe("hook_name_out", kinds.text) ?? null;
    said.say("hook_name_out", out, from.says("hook_name_out"));
  }
  const model = from.within("model");
  const [source, commit] = ["source", "commit"].map((key) => model.maybe(key, kinds.text));
  const id = model.maybe("id", kinds.text);
  if (source) said.say("model", commit ? `${source}@${commit}` : source, model.says("source"));
  else if (id) sayModel(said, id, model.says("id"));
  const open = unsaid(described.reading).filter((key) => key in said.reading);
  for (const key of open as ReadingKey[]) {
    Object.assign(described.reading, { [key]: said.reading[key] });
    described.because[key] = said.because[key];
  }
  if (open.length === 0) return;
  files.push(found.file);
  // why it was open is no longer of interest
  const isAnswered = (note: string) => open.some((key) => note.startsWith(`${key}: `));
  described.notes = described.notes.filter((note) => !isAnswered(note));
}
