import "server-only";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { codePointsOf, onlyDrawable } from "@/lib/glyphs.ts";

const folder = join(process.cwd(), "node_modules/geist/dist/fonts");

const files = [
  { name: "Geist", weight: 400, path: "geist-sans/Geist-Regular.ttf" },
  { name: "Geist", weight: 700, path: "geist-sans/Geist-Bold.ttf" },
  { name: "Geist Mono", weight: 400, path: "geist-mono/GeistMono-Regular.ttf" },
  { name: "Geist Mono", weight: 700, path: "geist-mono/GeistMono-Bold.ttf" },
] as const;

type CardFonts = {
  fonts: { name: string; weight: 400 | 700; data: ArrayBuffer }[];
  /** token text for Geist Mono, without what it lacks: ImageResponse would ask another host for it */
  drawable: (text: string) => string;
};

let loaded: Promise<CardFonts> | undefined;

/** The fonts of the link previews, read once. */
export function cardFonts(): Promise<CardFonts> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<CardFonts> {
  const fonts = await Promise.all(
    files.map(async ({ name, weight, path }) => {
      const { buffer, byteOffset, byteLength } = await readFile(join(folder, path));
      const data = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
      return { name, weight, data };
    }),
  );
  const mono = fonts.find(({ name }) => name === "Geist Mono");
  const codePoints = mono ? codePointsOf(mono.data) : new Set<number>();
  return { fonts, drawable: (text) => onlyDrawable(text, codePoints) };
}
