import { parseHookName } from "../model/hook-names.ts";
import type { Said } from "./described.ts";
import type { Run } from "./dictionary-learning.ts";
import { toHookName } from "./hook-spellings.ts";
import { type Keys, kinds, oneOf } from "./keys.ts";
import { sayModel } from "./models.ts";

/** Model and hook, as lm_name, submodule_name, layer and the buffer's io say them, or the names of folders. */
export function sayPlace({ opened, trainer, buffer }: Run, said: Said): void {
  const model = textOf(trainer, "lm_name");
  const folder = folders(opened.file.path).find((one) => /^(pythia|gpt2|gemma)-/.test(one));
  if (model !== undefined) sayModel(said, model, trainer.says("lm_name"));
  else if (folder) sayModel(said, folder, `its folder's name is ${folder}`);
  const io = buffer.read("io", oneOf("in", "out", "in_and_out"));
  const reads = io ? `, and ${buffer.says("io")}` : "";
  if (io === "in_and_out")
    said.notes.push(`a transcoder of what goes into its module to what comes out${reads}`);
  else
    said.say(
      "hook_name_out",
      null,
      reads ? buffer.says("io") : "nothing says that it is a transcoder",
    );
  const place = placeOf(opened.file.path, trainer, said);
  if (!place) return;
  const { hook, because } = place;
  if (io === "in_and_out") said.sayHook("hook_name_out", hook, because + reads);
  const read = io === "in" || io === "in_and_out" ? inputOf(hook) : hook;
  if (read) said.sayHook("hook_name", read, because + reads);
  else
    said.notes.push(`hook_name: it reads what goes into the module of ${hook}, which has no hook`);
}

/** What goes into a layer is its hook_resid_pre; what goes into attention or MLP is normalised before. */
function inputOf(hook: string): string | null {
  const pre = hook.replace(/hook_resid_post$/, "hook_resid_pre");
  return pre === hook ? null : pre;
}

function placeOf(
  path: string,
  trainer: Keys,
  said: Said,
): { hook: string; because: string } | null {
  const submodule = textOf(trainer, "submodule_name");
  const layer = trainer.read("layer", kinds.anything);
  if (submodule === undefined) {
    for (const folder of folders(path)) {
      const hook = toHookName(folder);
      if (hook) return { hook, because: `its folder's name is ${folder}` };
    }
    if (typeof layer === "number")
      said.notes.push(`hook_name: ${trainer.says("layer")}, but nothing says where in the layer`);
    return null;
  }
  const hook = toHookName(submodule);
  const because = trainer.says("submodule_name");
  if (!hook) {
    said.notes.push(`hook_name: ${because}, which is no hook that is known`);
    return null;
  }
  const at = parseHookName(hook).layer;
  if (at !== null && typeof layer === "number" && layer !== at) {
    said.notes.push(`hook_name: ${because}, but ${trainer.says("layer")}: one of them is wrong`);
    return null;
  }
  return { hook, because };
}

/** Scripts that need no name give an empty one. */
function textOf(trainer: Keys, key: string): string | undefined {
  return trainer.read(key, kinds.anything) === "" ? undefined : trainer.read(key, kinds.text);
}

/** The nearest first. */
function folders(path: string): string[] {
  return path.split("/").slice(0, -1).reverse();
}
