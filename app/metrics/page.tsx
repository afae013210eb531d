import type { Metadata } from "next";
import { Formulas } from "@/components/hub/formulas.tsx";
import { metricsPath } from "@/lib/routes.ts";

export const metadata: Metadata = {
  title: "Metrics and formulas",
  description: "What every number on this hub means: its formula, unit and version.",
  alternates: { canonical: metricsPath },
};

export default function MetricsPage() {
  return <Formulas />;
}
