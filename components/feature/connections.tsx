import { experiments } from "trainer/bundle";
import { formatNumber, formatPercent } from "@/lib/format.ts";
import { dictionaryPath, metricsPath } from "@/lib/routes.ts";
import type { BuiltFrom, ConnectedDictionary, ConnectedFeature, Feeds } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { connectionHtml } from "./connection-html.ts";

/** Rows that are seen before the rest is unfolded. */
const FIRST = 10;

function Order({ children }: { children: string }) {
  return (
    <>
      {children},{" "}
      <a
        href={`${metricsPath}#connections`}
        title={experiments.connections.formula}
        className="hint"
      >
        how they are learnt
      </a>
    </>
  );
}

/** What a feature is built from: sparse sums of another dictionary's features at the same tokens. */
export function BuiltFromLists({ model, built_from }: { model: string; built_from: BuiltFrom[] }) {
  return (
    <Section title="Built from" aside={<Order>by weight · root mean square</Order>}>
      <div className="space-y-5">
        {built_from.map(({ dictionary, features, ...shares }) => (
          <List key={dictionary.slug} model={model} dictionary={dictionary} features={features}>
            {explainedText(shares)}
          </List>
        ))}
      </div>
    </Section>
  );
}

/** What is built from a feature, in dictionaries that name this one as a source. */
export function FeedsLists({ model, feeds }: { model: string; feeds: Feeds[] }) {
  return (
    <Section title="Feeds" aside={<Order>by weight</Order>}>
      <div className="space-y-5">
        {feeds.map(({ dictionary, features }) => (
          <List key={dictionary.slug} model={model} dictionary={dictionary} features={features} />
        ))}
      </div>
    </Section>
  );
}

function explainedText({
  variance_explained: linear,
  variance_explained_relu: relu,
}: Pick<BuiltFrom, "variance_explained" | "variance_explained_relu">) {
  const parts = [
    ...(linear === null ? [] : [`W explains ${shareText(linear)}`]),
    ...(relu === null ? [] : [`ReLU(W′) ${linear === null ? "explains " : ""}${shareText(relu)}`]),
  ];
  if (parts.length === 0) return "It does not vary on the held-out tokens.";
  return (
    <span title="1 − Σ(f − f̂)² / Σ(f − f̄)² over held-out tokens, sums first" className="hint">
      {parts.join(", ")} of its variance.
    </span>
  );
}

/** Worse than the mean is below 0. */
function shareText(share: number): string {
  return share < 0 ? formatNumber(share, 2) : formatPercent(share);
}

type ListProps = {
  model: string;
  dictionary: ConnectedDictionary;
  features: ConnectedFeature[];
  children?: React.ReactNode;
};

function List({ model, dictionary, features, children }: ListProps) {
  const { slug, hook_name, state, revision } = dictionary;
  const rows = (some: ConnectedFeature[]) => (
    <ol
      className="divide-y divide-line"
      // biome-ignore lint/security/noDangerouslySetInnerHtml: connection-html.ts escapes every text
      dangerouslySetInnerHTML={{
        __html: some.map((feature) => connectionHtml(model, dictionary, feature)).join(""),
      }}
    />
  );
  return (
    <div className="panel px-4 py-2">
      <p className="pt-1 text-[0.8125rem]">
        {state === "missing" ? (
          slug
        ) : (
          <a href={dictionaryPath(model, slug, { revision })} data-soft className="link">
            {slug}
          </a>
        )}{" "}
        <code className="text-xs text-ink-2">{hook_name}</code>
      </p>
      <p className="pb-1 text-xs text-ink-2">
        {children} {notes[state]}
      </p>
      <div className="connection-row border-b border-line text-ink-2">
        <span>feature</span>
        <span>top token</span>
        <span className="text-right" title="weight of F2 ≈ W F1, per unit of activation">
          W
        </span>
        <span className="text-right" title="weight of F2 ≈ ReLU(W′ F1), per unit of activation">
          W′
        </span>
      </div>
      {features.length === 0 && <p className="py-1.5 text-[0.8125rem] text-ink-2">No source.</p>}
      {rows(features.slice(0, FIRST))}
      {features.length > FIRST && (
        <details className="border-t border-line py-1.5 text-[0.8125rem]">
          <summary className="text-ink-2">{features.length - FIRST} more</summary>
          {rows(features.slice(FIRST))}
        </details>
      )}
    </div>
  );
}

const notes: Record<ConnectedDictionary["state"], string> = {
  same: "",
  other_weights:
    "This hub has that name with other weights than were connected: its features may be others.",
  missing: "This hub does not have that dictionary.",
};
