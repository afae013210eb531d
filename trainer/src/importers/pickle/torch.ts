import { itemBytes } from "../../bundle/safetensors-header.ts";
import type { Dtype } from "../numbers.ts";
import type { Builder } from "./globals.ts";
import type { Machine } from "./machine.ts";
import { isKind, nameOf, type Storage, type Value } from "./value.ts";
import { arrayOf } from "./views.ts";

/** Torch's classes of numbers in a row; null: bytes, whose dtype each tensor says. */
export const storageDtypes: Record<string, Dtype | null> = Object.fromEntries(
  ["torch", "torch.cuda"].flatMap((module): [string, Dtype | null][] => [
    [`${module}.FloatStorage`, "F32"],
    [`${module}.DoubleStorage`, "F64"],
    [`${module}.HalfStorage`, "F16"],
    [`${module}.BFloat16Storage`, "BF16"],
    [`${module}.LongStorage`, "I64"],
    [`${module}.IntStorage`, "I32"],
    [`${module}.ShortStorage`, "I16"],
    [`${module}.CharStorage`, "I8"],
    [`${module}.ByteStorage`, "U8"],
    [`${module}.BoolStorage`, "BOOL"],
    [`${module}.UntypedStorage`, null],
    [`${module}.storage.UntypedStorage`, null],
  ]),
);

const dtypes: Record<string, Dtype> = {
  "torch.float32": "F32",
  "torch.float64": "F64",
  "torch.float16": "F16",
  "torch.bfloat16": "BF16",
  "torch.int64": "I64",
  "torch.int32": "I32",
  "torch.int16": "I16",
  "torch.int8": "I8",
  "torch.uint8": "U8",
  "torch.uint16": "U16",
  "torch.uint32": "U32",
  "torch.uint64": "U64",
  "torch.bool": "BOOL",
};

/** What torch's `__reduce_ex__` methods name (torch/_utils.py). */
export const torchBuilders: Record<string, Builder> = {
  "torch._utils._rebuild_tensor": ([storage, offset, shape, strides], m) =>
    arrayOf(m, "_rebuild_tensor", { storage: storageOf(m, storage), offset, shape, strides }),
  "torch._utils._rebuild_tensor_v2": ([storage, offset, shape, strides], m) =>
    arrayOf(m, "_rebuild_tensor_v2", { storage: storageOf(m, storage), offset, shape, strides }),
  "torch._utils._rebuild_tensor_v3": ([storage, offset, shape, strides, , , dtype], m) => {
    const name = isKind(dtype, "global") ? dtype.name : "";
    if (!Object.hasOwn(dtypes, name)) throw m.refuse("a tensor of dtype", dtype);
    const typed = asDtype(storageOf(m, storage), dtypes[name]);
    return arrayOf(m, "_rebuild_tensor_v3", { storage: typed, offset, shape, strides });
  },
  "torch._utils._rebuild_parameter": ([data], m) => tensor(m, data),
  "torch._utils._rebuild_parameter_with_state": ([data], m) => tensor(m, data),
  "torch.Size": ([size = null], m) => {
    if (!isKind(size, "tuple") && !isKind(size, "list"))
      throw m.error(`torch.Size: found ${nameOf(size)}, expected a tuple`);
    return m.made({ kind: "tuple", items: size.items });
  },
  "torch.device": ([type, index], m) => {
    if (typeof type !== "string") throw m.error(`torch.device: found ${nameOf(type)}`);
    return index === undefined || index === null ? type : `${type}:${nameOf(index)}`;
  },
};

/** The storage's part of ("storage", class, key, place on a device, numbers), as torch.save writes it. */
export function readStorageId(id: Value, m: Machine): Pick<Storage, "key" | "dtype" | "count"> {
  const [what, cls, key, , count] = isKind(id, "tuple") ? id.items : [];
  const isCls = isKind(cls, "global") && Object.hasOwn(storageDtypes, cls.name);
  if (what !== "storage" || typeof key !== "string" || !isCls)
    throw m.error(
      `it refers to ${nameOf(id)} that begins with ${nameOf(what)}, ${nameOf(cls)} and ${nameOf(key)}, expected "storage", one of torch's storages and its key`,
    );
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 0)
    throw m.error(`storage ${nameOf(key)}: ${nameOf(count)} numbers`);
  return { key, dtype: storageDtypes[cls.name], count };
}

function storageOf(m: Machine, value: Value | undefined): Storage {
  if (isKind(value, "storage")) return value.storage;
  throw m.error(`a tensor of ${nameOf(value)}, expected a storage`);
}

/** The numbers that the bytes of a storage are. */
function asDtype(storage: Storage, dtype: Dtype): Storage {
  const bytes = storage.count * itemBytes[storage.dtype ?? "U8"];
  return { ...storage, dtype, count: Math.floor(bytes / itemBytes[dtype]) };
}

function tensor(m: Machine, value: Value | undefined): Value {
  if (isKind(value, "array")) return value;
  throw m.error(`a parameter of ${nameOf(value)}, expected a tensor`);
}
