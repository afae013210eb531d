import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { SettingsCard } from "@/components/account/settings-card.tsx";
import { loginPath, settingsPath } from "@/lib/routes.ts";
import { signInWays } from "@/server/accounts/ways.ts";
import { listDictionaries } from "@/server/queries/dictionaries.ts";
import { getAccount, listTokens } from "@/server/queries/people.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Settings", robots: { index: false } };

export default async function SettingsPage() {
  const ways = signInWays();
  if (!ways) notFound();
  const user = await viewer();
  if (!user) redirect(loginPath({ next: settingsPath }));
  const [account, tokens, dictionaries] = await Promise.all([
    getAccount(user),
    listTokens(user),
    listDictionaries(user, { owner_id: user.id }),
  ]);
  return <SettingsCard account={account} tokens={tokens} dictionaries={dictionaries} ways={ways} />;
}
