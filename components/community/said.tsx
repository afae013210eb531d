import type { SaidOfFeature } from "@/lib/views.ts";
import { Labels } from "./labels.tsx";

/** What people say of a feature. */
export function Said({ said }: { said: SaidOfFeature }) {
  return <Labels labels={said.labels} addTo={said.add_label} />;
}
