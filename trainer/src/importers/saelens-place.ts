import type { Said } from "./described.ts";
import { type Keys, kinds } from "./keys.ts";
import { sayModel } from "./models.ts";

type Rest = { isTranscoder: boolean; said: Said };

/** The model and the hooks that a cfg names. */
export function sayPlace(keys: Keys, meta: Keys, { isTranscoder, said }: Rest): void {
  const place = pick(keys, meta);
  const { keys: named } = place("model_name");
  const model = named.read("model_name", kinds.text);
  if (model) sayModel(said, model, named.says("model_name"));
  for (const head of [
    place("hook_head_index", "hook_point_head_index"),
    place("hook_head_index_out"),
  ])
    if (head.name)
      head.keys.refuse(head.name, "null: an SAE of one head alone has no hook of its own here");
  sayHook(
    "hook_name",
    place("hook_name", "hook_point"),
    place("hook_layer", "hook_point_layer"),
    said,
  );
  if (isTranscoder) sayHook("hook_name_out", place("hook_name_out"), place("hook_layer_out"), said);
  else said.say("hook_name_out", null, "it is no transcoder");
}

/** Where a key of the metadata is said: under metadata, or beside the rest. */
type Pick = (...names: string[]) => { keys: Keys; name: string | undefined };

function pick(keys: Keys, meta: Keys): Pick {
  return (...names) => {
    for (const place of [meta, keys]) {
      const name = names.find((one) => place.has(one));
      if (name) return { keys: place, name };
    }
    return { keys: meta, name: undefined };
  };
}

type Place = ReturnType<Pick>;

/** Early versions keep `blocks.{layer}.hook_resid_pre` and the layer beside it. */
function sayHook(key: "hook_name" | "hook_name_out", at: Place, layer: Place, said: Said): void {
  const written = at.name && at.keys.read(at.name, kinds.text);
  if (!at.name || !written) return;
  const number = layer.name ? layer.keys.read(layer.name, kinds.whole) : undefined;
  const name = written.replace("{layer}", String(number ?? "{layer}"));
  said.sayHook(key, name, at.keys.says(at.name));
  const inName = /^blocks\.(\d+)\./.exec(name)?.[1];
  if (layer.name && number !== undefined && inName !== undefined && Number(inName) !== number)
    said.notes.push(
      `${layer.keys.says(layer.name)}, but ${at.keys.says(at.name)}: the name is taken`,
    );
}
