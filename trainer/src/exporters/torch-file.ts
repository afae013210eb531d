import {
  arrayBytes,
  bytesOf,
  type StoredArray,
  type StreamedArray,
} from "../tensor/safetensors.ts";
import { bytesFile, type OutFile } from "./out-file.ts";
import { type Pickled, pickle } from "./pickle.ts";
import { zipFile } from "./zip.ts";

/** A state_dict as `torch.save` writes it: a zip of a pickle and the storages, one for each tensor. */
export function torchFile(
  name: string,
  tensors: Record<string, StoredArray | StreamedArray>,
): OutFile {
  const folder = name.replace(/\.\w+$/, "");
  const entries = Object.entries(tensors);
  const dict = entries.map(([key, tensor], i): [string, Pickled] => [key, rebuilt(tensor, i)]);
  const text = (path: string, content: string) =>
    bytesFile(`${folder}/${path}`, new TextEncoder().encode(content));
  return zipFile(name, [
    bytesFile(`${folder}/data.pkl`, pickle({ dict })),
    text("byteorder", "little"),
    ...entries.map(([key, tensor], i) => ({
      name: `${folder}/data/${i}`,
      bytes: bytesOf(tensor),
      blocks: () => arrayBytes(key, tensor),
    })),
    text("version", "3\n"),
  ]);
}

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks) */
function rebuilt(tensor: StoredArray | StreamedArray, storage: number): Pickled {
  const { shape } = tensor;
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const numbers = shape.reduce((a, b) => a * b, 1);
  const type: Pickled = { global: ["torch", storageType(tensor)] };
  return {
    call: { global: ["torch._utils", "_rebuild_tensor_v2"] },
    with: [
      { persistent: { tuple: ["storage", type, String(storage), "cpu", numbers] } },
      0,
      { tuple: shape },
      { tuple: strides },
      false,
      { call: { global: ["collections", "OrderedDict"] }, with: [] },
    ],
  };
}

function storageType(tensor: StoredArray | StreamedArray): string {
  if (!("data" in tensor) || tensor.data instanceof Float32Array) return "FloatStorage";
  return tensor.data instanceof Int32Array ? "IntStorage" : "LongStorage";
}
