import type { FeatureLink } from "@/lib/views.ts";
import { LoneToken } from "../ui/token.tsx";

/** A feature by its dictionary and index, and by what it is called or fires on. */
export function FeatureName({ link }: { link: FeatureLink }) {
  const { dictionary, index, label, top_token } = link;
  return (
    <>
      <span className="font-mono">{index === null ? dictionary : `${dictionary}/${index}`}</span>
      {label !== null && <bdi className="ml-1.5">{label}</bdi>}
      {label === null && top_token !== null && (
        <code className="ml-1.5 rounded bg-paper px-1 whitespace-pre">
          <LoneToken token={top_token} />
        </code>
      )}
    </>
  );
}
