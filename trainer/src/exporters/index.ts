/** Dictionaries in the formats of other systems, as files made while they are read. */
export * from "./bundled.ts";
export type { Verdict } from "./exporter.ts";
export * from "./formats.ts";
export type { OutFile } from "./out-file.ts";
