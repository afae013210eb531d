import { notFound } from "next/navigation";
import { ImageResponse } from "next/og";
import { DictionaryCardImage } from "@/components/dictionary/card-image.tsx";
import { cardSize } from "@/components/hub/card-frame.tsx";
import { cardFonts } from "@/server/card-fonts.ts";
import { personal } from "@/server/http.ts";
import { getDictionary } from "@/server/queries/dictionaries.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const alt = "The dictionary's size and its main metrics";
export const size = cardSize;
export const contentType = "image/png";

type Props = { params: Promise<{ model: string; dictionary: string }> };

export default async function DictionaryImage({ params }: Props) {
  const { model, dictionary: slug } = await params;
  const dictionary = await getDictionary(await viewer(), model, slug);
  if (!dictionary) notFound();
  const { fonts } = await cardFonts();
  return new ImageResponse(<DictionaryCardImage dictionary={dictionary} />, {
    ...cardSize,
    fonts,
    headers: personal,
  });
}
