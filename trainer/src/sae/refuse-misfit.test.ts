import { expect, test } from "vitest";
import { fakeOrigin } from "../activations/fake-origin.ts";
import { refuseMisfit } from "./refuse-misfit.ts";

const { model } = fakeOrigin(4, 10); // d_model 3, d_mlp 5
const sae = { architecture: "topk", d_in: 3, d_sae: 8, k: 2 } as const;
const [resid, mlp] = ["blocks.0.hook_resid_post", "blocks.0.mlp.hook_post"];
const check = (
  d_in: number,
  d_out: number | null,
  hook_name: string,
  hook_name_out: string | null,
) =>
  refuseMisfit(
    { config: { ...sae, d_in, ...(d_out && { transcoder: { d_out, skip: false } }) } },
    { hook_name, hook_name_out },
    model,
  );

test("an autoencoder of the hook's width fits, and a transcoder of both hooks'", () => {
  check(3, null, resid, null);
  check(5, null, mlp, null);
  check(3, 5, resid, mlp);
});

test("one of another width is refused with both", () => {
  expect(() => check(5, null, resid, null)).toThrow(
    "the autoencoder's d_in is 5, but blocks.0.hook_resid_post of fake has 3 numbers",
  );
  expect(() => check(3, 3, resid, mlp)).toThrow("d_out is 3, but blocks.0.mlp.hook_post");
});
