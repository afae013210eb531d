import { createWriteStream, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";

/**
 * @param {string} folder whose files go into the tar
 * @param {string} path
 */
async function writeTar(folder, path) {
  const { default: tar } = await import("tar-stream");
  const pack = tar.pack();
  const written = pipeline(pack, createWriteStream(path));
  for (const { name, content } of filesOf(folder)) pack.entry({ name }, content);
  pack.finalize();
  await written;
}

/**
 * A tar that ends in the midst of a file, as after a broken copy.
 * @param {string} folder
 * @param {string} path
 */
export async function writeTruncatedTar(folder, path) {
  await writeTar(folder, path);
  truncateSync(path, Math.floor(readFileSync(path).length / 2));
}

/**
 * A zip whose files are stored, not compressed (APPNOTE 4.3: local headers, central directory, end).
 * @param {string} folder
 * @param {string} path
 */
export function writeZip(folder, path) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, content } of filesOf(folder)) {
    const local = header(0x04034b50, name, content);
    directory.push(header(0x02014b50, name, content, offset));
    parts.push(local, content);
    offset += local.length + content.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(
    directory.reduce((bytes, entry) => bytes + entry.length, 0),
    12,
  );
  end.writeUInt32LE(offset, 16);
  writeFileSync(path, Buffer.concat([...parts, ...directory, end]));
}

/**
 * A local header, or with an offset the entry of the central directory: the fields from
 * "version needed" to "extra field length" are the same in both.
 * @param {number} signature
 * @param {string} name
 * @param {Buffer} content
 * @param {number} [offset] of the local header
 */
function header(signature, name, content, offset) {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt16LE(0x21, 8); // 1980-01-01
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const start = Buffer.alloc(offset === undefined ? 4 : 6);
  start.writeUInt32LE(signature, 0);
  const rest = Buffer.alloc(offset === undefined ? 0 : 14);
  if (offset !== undefined) rest.writeUInt32LE(offset, 10);
  return Buffer.concat([start, shared, rest, Buffer.from(name)]);
}

/** @param {string} folder */
function filesOf(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}
