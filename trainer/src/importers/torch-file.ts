import { BundleError } from "../bundle/index.ts";
import { itemBytes } from "../bundle/safetensors-header.ts";
import type { InputFile, TensorFile } from "./foreign.ts";
import { Cursor } from "./pickle/cursor.ts";
import { flatten } from "./pickle/flatten.ts";
import { Machine, type Persistent } from "./pickle/machine.ts";
import { readStorageId } from "./pickle/torch.ts";
import type { Storage } from "./pickle/value.ts";
import type { ReadAt } from "./read-at.ts";
import type { Member } from "./zip-directory.ts";
import { memberReader } from "./zip-members.ts";

/** Largest pickle beside the tensors; they have members of their own. */
const MAX_PICKLE = 1 << 26;

/** torch.save since 1.6: a zip of NAME/data.pkl and NAME/data/KEY for each storage. */
export function openTorchZip(
  { path }: InputFile,
  read: ReadAt,
  members: Map<string, Member>,
): TensorFile {
  const pickles = [...members.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length > 1)
    throw new BundleError(`${path}: ${pickles.length} members data.pkl, expected one`);
  const [pickle] = pickles;
  const folder = pickle.name.slice(0, -"data.pkl".length);
  if (members.has(`${folder}constants.pkl`))
    throw new BundleError(
      `${path}: a TorchScript program, which is not read (expected what torch.save makes of a state_dict)`,
    );
  if (pickle.bytes > MAX_PICKLE)
    throw new BundleError(
      `${path}: data.pkl has ${pickle.bytes} bytes, expected at most ${MAX_PICKLE}`,
    );
  const reader = memberOf(path, read);
  const isBigEndian = readByteOrder(path, members.get(`${folder}byteorder`), reader);
  const storages = new Map<string, Storage>();
  const persistent: Persistent = (id, m) => {
    const { key, dtype, count } = readStorageId(id, m);
    const member = members.get(`${folder}data/${key}`);
    if (!member) throw m.error(`storage ${JSON.stringify(key)}: there is no member data/${key}`);
    const bytes = count * itemBytes[dtype ?? "U8"];
    if (member.bytes !== bytes)
      throw m.error(
        `storage ${JSON.stringify(key)}: data/${key} has ${member.bytes} bytes, expected ${bytes}`,
      );
    const known = storages.get(key);
    if (known?.dtype === dtype) return m.made({ kind: "storage", storage: known });
    const storage = {
      key,
      dtype,
      count,
      isBigEndian,
      place: () => ({ read: reader(member), at: 0 }),
    };
    storages.set(key, storage);
    return m.made({ kind: "storage", storage });
  };
  const where = `${path}: data.pkl`;
  const cursor = new Cursor(reader(pickle), { end: pickle.bytes, where });
  return flatten(new Machine(cursor, persistent).run(), path);
}

/** Readers of members; of a stored one the checksum is not computed again. */
function memberOf(path: string, read: ReadAt): (member: Member) => ReadAt {
  const checked = new Map<string, ReadAt>();
  return (member) => {
    const reader = checked.get(member.name) ?? memberReader(read, member, path);
    if (!member.isDeflated) checked.set(member.name, reader);
    return reader;
  };
}

/** Files from before torch 2.1 do not say it; they are of the machines that all use, little endian. */
function readByteOrder(
  path: string,
  member: Member | undefined,
  reader: (member: Member) => ReadAt,
): boolean {
  if (!member) return false;
  const text = Buffer.alloc(Math.min(member.bytes, 16));
  reader(member)(text, 0);
  const order = text.toString("latin1");
  if (order === "little" || order === "big") return order === "big";
  throw new BundleError(
    `${path}: byteorder: found ${JSON.stringify(order)}, expected little or big`,
  );
}
