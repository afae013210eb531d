import { formatCount } from "@/lib/format.ts";
import type { DictionarySummary, ModelView } from "@/lib/views.ts";
import { Facts, Hash } from "../dictionary/facts.tsx";

type Props = { model: ModelView; dictionaries: DictionarySummary[] };

/** What the model is, as far as its bundles say it. */
export function ModelFacts({ model, dictionaries }: Props) {
  const layers = new Set(dictionaries.map(({ layer }) => layer).filter((layer) => layer !== null));
  const { source, commit } = model;
  return (
    <Facts
      facts={[
        { key: "n_layers", term: "Layers", value: formatCount(model.n_layers) },
        { key: "d_model", term: "Width (d_model)", value: formatCount(model.d_model) },
        { key: "d_vocab", term: "Vocabulary", value: `${formatCount(model.d_vocab)} tokens` },
        { key: "weights", term: "Weights", value: <Hash sha256={model.weights_sha256} /> },
        { key: "tokenizer", term: "Tokenizer", value: <Hash sha256={model.tokenizer_sha256} /> },
        {
          key: "source",
          term: "Source",
          value:
            source === null ? (
              sourceTexts[model.given === "embedded" ? "embedded" : "folder"]
            ) : (
              <>
                <code className="text-[0.8125rem]">{source}</code>
                {commit && (
                  <>
                    {" "}
                    at commit{" "}
                    <code title={commit} className="hint text-[0.8125rem]">
                      {commit.slice(0, 12)}
                    </code>
                  </>
                )}
              </>
            ),
        },
        {
          key: "licence",
          term: "Licence",
          value:
            source === null
              ? "as the model's files say: bundles do not state it"
              : "as its source says: bundles do not state it",
        },
        {
          key: "covered",
          term: "With dictionaries",
          value:
            layers.size > 0
              ? `layer${layers.size > 1 ? "s" : ""} ${[...layers].join(", ")}`
              : "no layer yet",
        },
      ]}
    />
  );
}

const sourceTexts = {
  embedded: "comes with this project, in trainer/embedded/model",
  folder: "a folder on the machine that trained on it",
};
