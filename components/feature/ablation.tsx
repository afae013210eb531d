import { ablation } from "trainer/bundle";
import { metricsPath } from "@/lib/routes.ts";
import type { AblationView } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { AblationLines } from "./ablation-lines.tsx";
import { AblationLoader } from "./ablation-loader.tsx";

type Props = {
  model: string;
  slug: string;
  index: number;
  pinned: { revision?: string };
  /** null: nobody has asked for it yet */
  view: AblationView | null;
};

/** What the model loses at each token of the top examples when the feature is removed. */
export function Ablation({ view, ...of }: Props) {
  return (
    <Section
      id="ablation"
      title="Ablation"
      aside={
        <a href={`${metricsPath}#ablation`} title={ablation.formula} className="hint">
          change of CE per token, nats
        </a>
      }
    >
      {view ? <AblationLines view={view} /> : <AblationLoader {...of} />}
    </Section>
  );
}
