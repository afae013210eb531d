import { notFound, redirect } from "next/navigation";
import { followShortLink } from "@/server/queries/short-links.ts";
import { viewer } from "@/server/viewer.ts";

type Props = { params: Promise<{ id: string }> };

export default async function ShortLinkPage({ params }: Props) {
  const address = await followShortLink(await viewer(), (await params).id);
  redirect(address ?? notFound()); // for now: the next revision may be another address
}
