import type { Metadata } from "next";
import { FormatsCard } from "@/components/import/formats-card.tsx";
import { formatsPath } from "@/lib/routes.ts";

export const metadata: Metadata = {
  title: "Formats that are read",
  description: "Dictionaries of other systems: which files are read, and what is decided how.",
  alternates: { canonical: formatsPath },
};

export default function FormatsPage() {
  return <FormatsCard />;
}
