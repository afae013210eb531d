import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { PeopleCard } from "@/components/account/people-card.tsx";
import { loginPath, peoplePath } from "@/lib/routes.ts";
import { signInWays } from "@/server/accounts/ways.ts";
import { listPeople } from "@/server/queries/people.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "People", robots: { index: false } };

export default async function PeoplePage() {
  const user = await viewer();
  if (!signInWays()) notFound();
  if (!user) redirect(loginPath({ next: peoplePath }));
  if (user.role !== "maintainer") notFound();
  return <PeopleCard people={await listPeople()} own_id={user.id} />;
}
