import { expect, test } from "vitest";
import { Said } from "./described.ts";
import type { Run } from "./dictionary-learning.ts";
import { sayPlace } from "./dictionary-learning-place.ts";
import { keysOf } from "./keys.ts";

const layer3 = "blocks.3.hook_resid_post";

test.each([
  [{ submodule_name: "resid_post_layer_3" }, {}, { hook_name: layer3, hook_name_out: null }],
  [{ submodule_name: "resid_post_layer_3" }, { io: "out" }, { hook_name: layer3 }],
  [
    { submodule_name: "resid_post_layer_3" },
    { io: "in" },
    { hook_name: "blocks.3.hook_resid_pre", hook_name_out: null },
  ],
  [
    { submodule_name: "resid_post_layer_3" },
    { io: "in_and_out" },
    { hook_name: "blocks.3.hook_resid_pre", hook_name_out: layer3 },
  ],
])("%j and %j", (trainer, buffer, expected) => {
  expect(place("ae.pt", trainer, buffer).reading).toMatchObject(expected);
});

test.each([
  [{ submodule_name: "mlp_out_layer_3" }, { io: "in" }, "it reads what goes into the module of"],
  [{ submodule_name: "mlp_out_layer_3" }, { io: "in_and_out" }, "a transcoder of what goes into"],
  [{ layer: 3 }, {}, "trainer.layer is 3, but nothing says where in the layer"],
  [{ submodule_name: "x" }, {}, 'trainer.submodule_name is "x", which is no hook that is known'],
  [{ submodule_name: "resid_post_layer_3", layer: 4 }, {}, "one of them is wrong"],
])("%j and %j leave the hook open, and say why", (trainer, buffer, why) => {
  const { reading, notes } = place("ae.pt", trainer, buffer);
  expect(reading.hook_name).toBeUndefined();
  expect(notes.join()).toMatch(why);
});

test("takes empty names for none", () => {
  const empty = { submodule_name: "", lm_name: "", layer: "" };
  expect(place("ae.pt", empty, {})).toMatchObject({ reading: { hook_name_out: null }, notes: [] });
});

test("takes what folders are named where the config does not say it", () => {
  const path = "dictionaries/pythia-70m-deduped/mlp_out_layer5/10_32768/ae.pt";
  const { reading, because } = place(path, { layer: 5 }, {});
  expect(reading).toMatchObject({
    hook_name: "blocks.5.hook_mlp_out",
    model: "EleutherAI/pythia-70m-deduped",
  });
  expect(because.hook_name).toBe("its folder's name is mlp_out_layer5");
});

function place(path: string, trainer: object, buffer: object): Said {
  const said = new Said();
  const keys = (record: object, prefix: string) => keysOf("config.json", { ...record }, prefix);
  sayPlace(
    {
      opened: { file: { path } },
      trainer: keys(trainer, "trainer."),
      buffer: keys(buffer, "buffer."),
    } as Run,
    said,
  );
  return said;
}
