import { BundleError } from "../bundle/index.ts";
import { transposed } from "../tensor/tensor.ts";
import { afterRelu, derived } from "./derived.ts";
import {
  foreignOf,
  needMatrix,
  needTensor,
  refuseUnknown,
  Said,
  type TakenWeights,
} from "./described.ts";
import { configsIn, folderOf, type Opened, readEach, tensorsOf } from "./folders.ts";
import type { Foreign, Format, Input, InputFile } from "./foreign.ts";
import { sayFirst, saySecond } from "./gemma-scope-place.ts";
import { sizesBy } from "./inside.ts";
import { firstBytes } from "./read-at.ts";

const first = ["W_enc", "W_dec", "b_enc", "b_dec", "threshold"];
const second = first.map((name) => name.toLowerCase());
const SKIP = "affine_skip_connection";

/**
 * Gemma Scope: params.npz with W_enc, W_dec, b_enc, b_dec, threshold (Lieberum et al. 2024), and Gemma Scope 2: the same
 * in lower case as safetensors. JumpReLU SAEs that do not subtract b_dec; model and hook stand in the names of folders.
 */
export const gemmaScope: Format = {
  name: "gemma_scope",
  find: (input) =>
    readEach(
      input.files.flatMap((file) => {
        const opened = tensorsOf(file);
        return opened && isGemmaScope(opened) ? [opened] : [];
      }),
      (opened) => readOne(input, opened),
    ),
};

/** Most of its names, so that a missing one is told; those of the first release alone may be of any system. */
function isGemmaScope({ file, tensors }: Opened): boolean {
  const has = (names: string[]) => names.filter((name) => tensors.has(name)).length >= 4;
  return has(second) || (has(first) && isNpz(file));
}

/** A zip whose first file is an array of numpy's. */
function isNpz({ file }: InputFile): boolean {
  const head = firstBytes(file, 30 + 64);
  if (head.length < 30 || head.toString("latin1", 0, 4) !== "PK\x03\x04") return false;
  return head.toString("latin1", 30, 30 + head.readUInt16LE(26)).endsWith(".npy");
}

function readOne(input: Input, opened: Opened): Foreign {
  const { path } = opened.file;
  const said = new Said();
  const isSecond = opened.tensors.has("w_enc") || opened.tensors.has("w_dec");
  const [W_enc, W_dec, b_enc, b_dec, threshold] = (isSecond ? second : first).map((name) =>
    needTensor(opened, name),
  );
  needMatrix(opened, W_enc.name);
  if (W_dec.tensor.shape.length === 3)
    throw new BundleError(
      `${path}: ${W_dec.name}: found [${W_dec.tensor.shape.join(", ")}], a cross-layer transcoder, which is not read; expected [d_sae, d_out]`,
    );
  const weights: TakenWeights = { W_enc, W_dec, b_enc, b_dec };
  weights.threshold = { ...threshold, tensor: afterRelu(threshold.tensor) };
  const skip = opened.tensors.get(SKIP);
  if (skip)
    weights.W_skip = {
      name: SKIP,
      tensor: { ...derived(skip, transposed), shape: skip.shape.toReversed() },
    };
  refuseUnknown(opened, [...(isSecond ? second : first), ...(isSecond ? [SKIP] : [])]);
  said.sayAll(
    { architecture: "jumprelu", k: null },
    `there is a ${threshold.name} for each feature`,
  );
  said.sayAll(
    {
      encoder: "d_in,d_sae",
      decoder: "d_sae,d_out",
      subtract_b_dec: false,
      decoder_rows: "stored",
      rescale_acts_by_decoder_norm: false,
      normalize_activations: "none",
    },
    "Gemma Scope multiplies activations as they are by W_enc [d_in, d_sae], and W_dec [d_sae, d_out] as it is stored",
  );
  const [config] = isSecond
    ? configsIn(input, folderOf(path), (record) => Object.hasOwn(record, "hf_hook_point_in"))
    : [];
  if (config) saySecond(config, said, skip !== undefined);
  else sayFirst(`${input.name}/${path}`, said);
  const { d_in: d_out } = sizesBy(opened, W_dec, "d_sae,d_in");
  const sizes = { ...sizesBy(opened, W_enc, "d_in,d_sae"), d_out };
  return foreignOf({
    format: "gemma_scope",
    where: path,
    sizes,
    opened,
    weights,
    said,
    trained: { architecture: "jumprelu" },
    files: config ? [config.file] : [],
  });
}
