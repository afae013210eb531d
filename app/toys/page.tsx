import type { Metadata } from "next";
import { Toys } from "@/components/toy/toys.tsx";
import { toysPath } from "@/lib/routes.ts";
import { listToys } from "@/server/queries/toys.ts";

export const dynamic = "force-dynamic";

export const metadata: Metadata = {
  title: "Toys",
  description: "What sparse autoencoders learn where the true features are known.",
  alternates: { canonical: toysPath },
};

export default async function ToysPage() {
  return <Toys toys={await listToys()} />;
}
