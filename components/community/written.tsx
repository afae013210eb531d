import Link from "next/link";
import { dictionaryPath } from "@/lib/routes.ts";
import type { FeatureLinks } from "@/lib/views.ts";
import { Markdown } from "../ui/markdown.tsx";
import { FeatureChip } from "./feature-chip.tsx";
import { FeatureName } from "./feature-name.tsx";

type Props = { text: string; id: string; links: FeatureLinks };

/** Markdown in which addresses of features are chips. */
export function Written({ text, id, links }: Props) {
  return (
    <Markdown
      text={text}
      id={id}
      link={(href, children, pasted) => {
        const link = Object.hasOwn(links, href) ? links[href] : undefined;
        if (!link) return pasted && href.startsWith("/") ? children : undefined;
        const { index, model, dictionary, revision } = link;
        if (index !== null)
          return <FeatureChip link={{ ...link, index }} {...(!pasted && { text: children })} />;
        return (
          <Link href={dictionaryPath(model, dictionary, { revision })} className="chip">
            {pasted ? <FeatureName link={link} /> : children}
          </Link>
        );
      }}
    />
  );
}
