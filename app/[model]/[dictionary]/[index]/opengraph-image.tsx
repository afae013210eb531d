import { notFound } from "next/navigation";
import { ImageResponse } from "next/og";
import { FeatureCardImage } from "@/components/feature/card-image.tsx";
import { cardSize } from "@/components/hub/card-frame.tsx";
import { cardFonts } from "@/server/card-fonts.ts";
import { personal } from "@/server/http.ts";
import { getFeature } from "@/server/queries/features.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const alt = "The feature's strongest example, its tokens coloured by activation";
export const size = cardSize;
export const contentType = "image/png";

type Props = { params: Promise<{ model: string; dictionary: string; index: string }> };

export default async function FeatureImage({ params }: Props) {
  const { model, dictionary, index } = await params;
  const feature = await getFeature(await viewer(), model, dictionary, Number(index));
  if (!feature) notFound();
  const { fonts, drawable } = await cardFonts();
  return new ImageResponse(<FeatureCardImage feature={feature} drawable={drawable} />, {
    ...cardSize,
    fonts,
    headers: personal,
  });
}
