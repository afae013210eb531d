import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ResetCard } from "@/components/account/reset-card.tsx";
import { firstOf, type SearchParams } from "@/lib/search-params.ts";
import { signInWays } from "@/server/accounts/ways.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: "A new password",
  robots: { index: false },
  referrer: "no-referrer", // its address is a secret
};

type Props = { searchParams: Promise<SearchParams> };

export default async function ResetPage({ searchParams }: Props) {
  const ways = signInWays();
  if (!ways) notFound();
  return <ResetCard ways={ways} token={firstOf((await searchParams).token) || null} />;
}
