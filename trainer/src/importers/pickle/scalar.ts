import type { Dtype } from "../numbers.ts";
import type { Machine } from "./machine.ts";
import type { Value } from "./value.ts";

/** One number in its full precision. */
export function readScalar(
  m: Machine,
  bytes: Uint8Array,
  dtype: Dtype,
  isBigEndian: boolean,
): Value {
  const view = new DataView(bytes.buffer);
  const little = !isBigEndian;
  switch (dtype) {
    case "BOOL":
      return bytes[0] !== 0;
    case "I8":
      return view.getInt8(0);
    case "U8":
      return view.getUint8(0);
    case "I16":
      return view.getInt16(0, little);
    case "U16":
      return view.getUint16(0, little);
    case "I32":
      return view.getInt32(0, little);
    case "U32":
      return view.getUint32(0, little);
    case "F32":
      return view.getFloat32(0, little);
    case "F64":
      return view.getFloat64(0, little);
    case "I64":
      return asNumber(view.getBigInt64(0, little));
    case "U64":
      return asNumber(view.getBigUint64(0, little));
    default:
      throw m.error(`a number of dtype ${dtype}, which is not read`);
  }
}

function asNumber(big: bigint): Value {
  const number = Number(big);
  return Number.isSafeInteger(number) ? number : big;
}
