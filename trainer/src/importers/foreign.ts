import type { ForeignDictionary, ForeignFormat } from "../bundle/index.ts";
import type { WeightName } from "../sae/weights.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A file of what was given. */
export type InputFile = {
  /** its place within what was given, with slashes; for messages and for formats that look at names */
  path: string;
  /** its place on the disk */
  file: string;
  bytes: number;
};

/** What was given, as files on the disk: a folder's, an archive's, or one. */
export type Input = { name: string; files: InputFile[] };

/** A tensor as it is stored; `read` gives it in float32, a copy at each call. */
export type StoredTensor = { dtype: string; shape: number[]; read(): Tensor };

/**
 * The tensors of one file, whatever its form, and what else is in it as plain values. Nothing stays open: each tensor
 * opens the file when it is read.
 */
export type TensorFile = {
  /** by the names they have; of nested dictionaries and lists joined by dots: `state_dict.encoder.weight`, `0.encoder` */
  tensors: Map<string, StoredTensor>;
  /**
   * What holds no tensor, by the same kind of name: numbers, strings, lists and records, each whole. The class of an
   * object that holds some is a value too, `0.__class__`.
   */
  values: Map<string, unknown>;
};

/** A dictionary of which all is known that its files say. */
export type Foreign = {
  described: ForeignDictionary;
  /**
   * By what they are. W_enc and W_dec lie as `reading.encoder` and `.decoder` say, W_skip is [d_out, d_in]; a missing
   * b_enc or b_dec is 0; a threshold may be one number for all.
   */
  weights: Partial<Record<WeightName, StoredTensor>>;
  /** the files that it was read from */
  files: InputFile[];
};

/** One way of storing dictionaries. */
export type Format = {
  name: ForeignFormat;
  /** All dictionaries of this format among the files, told by what is in them; damaged ones are a BundleError. */
  find(input: Input): Promise<Foreign[]>;
};
