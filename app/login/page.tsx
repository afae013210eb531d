import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { LoginCard } from "@/components/account/login-card.tsx";
import { localPath, signInStepOf } from "@/lib/local-path.ts";
import { firstOf, type SearchParams } from "@/lib/search-params.ts";
import { signInWays } from "@/server/accounts/ways.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Sign in", robots: { index: false } };

type Props = { searchParams: Promise<SearchParams> };

export default async function LoginPage({ searchParams }: Props) {
  const { next, after, error } = await searchParams;
  const ways = signInWays();
  if (!ways) notFound();
  if (await viewer()) redirect(localPath(firstOf(next)));
  return (
    <LoginCard
      ways={ways}
      next={localPath(firstOf(next))}
      after={signInStepOf(firstOf(after))}
      failed={firstOf(error) !== ""}
    />
  );
}
