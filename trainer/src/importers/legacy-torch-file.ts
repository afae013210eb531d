import { itemBytes } from "../bundle/safetensors-header.ts";
import type { InputFile, TensorFile } from "./foreign.ts";
import { Cursor } from "./pickle/cursor.ts";
import { flatten } from "./pickle/flatten.ts";
import { Machine, type Persistent } from "./pickle/machine.ts";
import { readStorageId } from "./pickle/torch.ts";
import { isKind, nameOf, type Storage, type Value } from "./pickle/value.ts";
import type { ReadAt } from "./read-at.ts";

const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

const noPersistent: Persistent = (id, m) => {
  throw m.error(
    `it refers to ${nameOf(id)}, which is not in the file (expected what torch.save makes)`,
  );
};

/**
 * A pickle: a plain one, or the first of those that torch.save wrote before 1.6: a magic number, a version, the
 * machine's sizes, the value, the storages' keys, and of each storage in that order a count and its numbers.
 */
export function openPickle({ path, bytes: end }: InputFile, read: ReadAt): TensorFile {
  const cursor = new Cursor(read, { end, where: path });
  const first = new Machine(cursor, noPersistent).run();
  if (first !== MAGIC) {
    if (cursor.at < end) throw cursor.error(`${end - cursor.at} bytes follow the pickle`);
    return flatten(first, path);
  }
  const version = new Machine(cursor, noPersistent).run();
  if (version !== PROTOCOL)
    throw cursor.error(`torch's format ${nameOf(version)}, expected ${PROTOCOL}`);
  new Machine(cursor, noPersistent).run(); // sizes of the machine; numbers are little endian on any
  const storages = new Map<string, Storage>();
  const places = new Map<string, number>();
  const persistent: Persistent = (id, m) => {
    const module = isKind(id, "tuple") && id.items[0] === "module" ? id.items[1] : null;
    if (isKind(module, "global")) return module; // a class, with its source, which is not looked at
    const view = isKind(id, "tuple") ? id.items[5] : null;
    if (view !== undefined && view !== null)
      throw m.error("a view of a storage, as torch 0.3 wrote it");
    const { key, dtype, count } = readStorageId(id, m);
    if (count * itemBytes[dtype ?? "U8"] > end)
      throw m.error(`storage ${JSON.stringify(key)}: ${count} numbers in a file of ${end} bytes`);
    const known = storages.get(key);
    if (known && (known.dtype !== dtype || known.count !== count))
      throw m.error(`storage ${JSON.stringify(key)}: of two kinds`);
    const place = () => ({ read, at: places.get(key) as number });
    const storage = known ?? { key, dtype, count, isBigEndian: false, place };
    storages.set(key, storage);
    return m.made({ kind: "storage", storage });
  };
  const value = new Machine(cursor, persistent).run();
  place(cursor, new Machine(cursor, noPersistent).run(), storages, places);
  return flatten(value, path);
}

/** Finds the storages, which lie one behind the other. */
function place(
  cursor: Cursor,
  keys: Value,
  storages: Map<string, Storage>,
  places: Map<string, number>,
): void {
  const items = isKind(keys, "list") ? keys.items : [];
  for (const key of items) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (!storage || places.has(storage.key))
      throw cursor.error(`numbers of ${nameOf(key)}, expected one of the storages that are used`);
    const count = Number(cursor.take(8).readBigInt64LE());
    if (count !== storage.count)
      throw cursor.error(`${count} numbers for storage ${nameOf(key)}, expected ${storage.count}`);
    places.set(storage.key, cursor.at);
    cursor.skip(count * itemBytes[storage.dtype ?? "U8"]);
  }
  const missing = [...storages.keys()].find((key) => !places.has(key));
  if (missing !== undefined) throw cursor.error(`no numbers of storage ${nameOf(missing)}`);
  if (cursor.at < cursor.end) throw cursor.error(`${cursor.end - cursor.at} bytes are left over`);
}
