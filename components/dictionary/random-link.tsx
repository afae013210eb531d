import { Shuffle } from "lucide-react";
import { randomPath } from "@/lib/routes.ts";

type Props = { model: string; dictionary: string; pinned: { revision?: string } };

/** Leads to another feature each time, so it is fetched when it is followed and never before. */
export function RandomLink({ model, dictionary, pinned }: Props) {
  return (
    <a
      href={randomPath(model, dictionary, pinned)}
      rel="nofollow"
      title="Any feature that fires on the dashboard tokens, each with equal chance"
      className="button"
    >
      <Shuffle aria-hidden="true" size={14} /> Random feature
    </a>
  );
}
