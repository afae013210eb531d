import type { Metadata } from "next";
import { Lists } from "@/components/community/lists.tsx";
import { mayWrite } from "@/lib/may-write.ts";
import { listsPath } from "@/lib/routes.ts";
import { listLists } from "@/server/queries/lists.ts";
import { viewer } from "@/server/viewer.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: "Lists",
  description: "Collections of features that people made.",
  alternates: { canonical: listsPath },
};

export default async function ListsPage() {
  const asked = await viewer();
  return <Lists lists={await listLists(asked)} mayWrite={mayWrite(asked)} />;
}
