"use client";

import { FlaskConical } from "lucide-react";
import { ablationApiPath } from "@/lib/routes.ts";
import type { AblationView } from "@/lib/views.ts";
import { useLive } from "../try/use-live.ts";
import { WhyNot } from "../try/why-not.tsx";
import { AblationLines } from "./ablation-lines.tsx";

type Props = { model: string; slug: string; index: number; pinned: { revision?: string } };

/** Has it computed when a reader first asks; whoever comes next finds it on the page. */
export function AblationLoader({ model, slug, index, pinned }: Props) {
  const [live, ask] = useLive<AblationView>();
  if (live.state === "done") return <AblationLines view={live.value} />;
  const address = ablationApiPath(model, slug, index, pinned);
  return (
    <div aria-live="polite" aria-busy={live.state === "asking"} className="space-y-3">
      <div className="panel flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3">
        <p className="min-w-0 flex-1 basis-64 text-pretty text-ink-2">
          Is the feature of use to the model? Take it out of x̂ along its top examples, and see at
          which tokens the loss rises.
        </p>
        <button
          type="button"
          disabled={live.state === "asking"}
          onClick={() => void ask(address)}
          className="button noscript:hidden"
        >
          <FlaskConical aria-hidden="true" size={14} />
          {live.state === "asking" ? "Measuring…" : "Measure"}
        </button>
        <noscript>
          <a href={address} className="link">
            Measure (JSON)
          </a>
        </noscript>
      </div>
      {live.state === "refused" && <WhyNot why={live.why} />}
    </div>
  );
}
