/** The bundle's files: read, written, sealed and verified. For Node; `index.ts` is safe in a browser. */
export * from "./amend.ts";
export * from "./archive/archive.ts";
export { exactly, placeOf } from "./archive/entries.ts";
export * from "./follow-log.ts";
export * from "./hash.ts";
export { holderOf, isInUse } from "./lock.ts";
export * from "./read-table.ts";
export * from "./seal.ts";
export * from "./verify.ts";
export * from "./write-stream.ts";
export * from "./write-table.ts";
