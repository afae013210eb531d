import { ImageResponse } from "next/og";
import { CardFrame, cardSize } from "@/components/hub/card-frame.tsx";
import { cardFonts } from "@/server/card-fonts.ts";

export const dynamic = "force-dynamic";

export const alt = "Dictionary Hub: dictionaries for reading language models";
export const size = cardSize;
export const contentType = "image/png";

export default async function HubImage() {
  const { fonts } = await cardFonts();
  return new ImageResponse(
    <CardFrame place="sparse autoencoders" title="Dictionaries for reading language models" />,
    { ...cardSize, fonts },
  );
}
