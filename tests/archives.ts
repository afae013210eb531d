import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { crc32, deflateRawSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import type { ArchiveSource } from "../server/ingest/archive.ts";

/** A file of an archive; `headers` and `mode` make one that no honest program writes. */
export type Packed = {
  name: string;
  data: string | Buffer;
  headers?: Partial<Header>;
  mode?: number;
};

export async function tarOf(files: Packed[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, data, headers } of files) {
    const isLink = headers?.type !== undefined && headers.type !== "file";
    tar.entry({ name, ...headers }, isLink ? "" : data);
  }
  tar.finalize();
  return buffer(tar);
}

/** A zip as APPNOTE.TXT has it: local headers with deflated data, then the central directory. */
export function zipOf(files: Packed[], statedBytes?: number): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, data, mode = 0o100644 } of files) {
    const bytes = Buffer.from(data);
    const deflated = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0); // version needed
    fields.writeUInt16LE(8, 4); // deflate
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(deflated.length, 14);
    fields.writeUInt32LE(statedBytes ?? bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, Buffer.from(name), deflated]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((mode << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const madeBy = Buffer.from([20, 3]); // on Unix
    entries.push(
      Buffer.concat([Buffer.from("PK\x01\x02"), madeBy, fields, rest, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}

/** Bytes as a stored file, read in small chunks so that headers lie across them. */
export function sourceOf(bytes: Buffer, chunk = 1000): ArchiveSource {
  return {
    bytes: bytes.length,
    read: ({ start, end } = { start: 0, end: bytes.length }) => {
      const chunks = function* () {
        for (let at = start; at < end; at += chunk)
          yield bytes.subarray(at, Math.min(at + chunk, end));
      };
      return Readable.from(chunks());
    },
  };
}
