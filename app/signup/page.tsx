import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { SignUpCard } from "@/components/account/signup-card.tsx";
import { loginPath } from "@/lib/routes.ts";
import { signInWays } from "@/server/accounts/ways.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Make an account", robots: { index: false } };

export default async function SignUpPage() {
  const ways = signInWays();
  if (!ways) notFound();
  if (ways.sign_up === "closed") redirect(loginPath());
  return <SignUpCard ways={ways} next="/" />;
}
