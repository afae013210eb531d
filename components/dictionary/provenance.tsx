import Link from "next/link";
import { formatCount, formatTime } from "@/lib/format.ts";
import { dictionaryPath, modelPath } from "@/lib/routes.ts";
import type { DictionaryView, RevisionAddress } from "@/lib/views.ts";
import { corpusText, policyText } from "./describe.ts";
import { type Fact, Facts, Hash } from "./facts.tsx";

/** What the dictionary was made from, and by what. */
export function Provenance({ dictionary }: { dictionary: DictionaryView }) {
  const { provenance, model_id, created_at } = dictionary.manifest;
  const { model, corpus, parent, import: imported } = provenance;
  const facts: Fact[] = [
    {
      key: "model",
      term: "Model",
      value: (
        <>
          <Link href={modelPath(model_id)} className="link">
            {model.id}
          </Link>
          {model.source && `, from ${model.source} at commit ${model.commit?.slice(0, 7)}`}, weights{" "}
          <Hash sha256={model.weights_sha256} />
        </>
      ),
    },
    {
      key: "corpus",
      term: "Corpus",
      value: (
        <>
          {corpusText(corpus)}
          {corpus.source && `, from ${corpus.source}`}, <Hash sha256={corpus.sha256} />
        </>
      ),
    },
    { key: "tokenizer", term: "Tokenizer", value: <Hash sha256={provenance.tokenizer_sha256} /> },
    { key: "policy", term: "Token policy", value: policyText(provenance.token_policy) },
    {
      key: "dashboards",
      term: "Dashboards",
      value: `made over ${formatCount(provenance.dashboard_tokens)} counted tokens`,
    },
    {
      key: "trainer",
      term: "Trainer",
      value: `version ${provenance.trainer_version}, engine ${provenance.engine}, seed ${provenance.seed}`,
    },
    {
      key: "made",
      term: "Made",
      value: <time dateTime={created_at}>{formatTime(created_at)}</time>,
    },
    {
      key: "uploaded",
      term: "Uploaded",
      value: (
        <>
          by {dictionary.owner ?? "somebody whose account is gone"},{" "}
          <time dateTime={dictionary.updated_at}>{formatTime(dictionary.updated_at)}</time>, as
          revision <Hash sha256={dictionary.revision} />
        </>
      ),
    },
    {
      key: "parent",
      term: "Parent",
      value: imported ? (
        <>
          none:{" "}
          <a href="#import" className="link">
            made elsewhere
          </a>
        </>
      ) : (
        <Parent sha256={parent} found={dictionary.parent} />
      ),
    },
  ];
  return <Facts facts={facts} />;
}

function Parent({ sha256, found }: { sha256: string | null; found: RevisionAddress | null }) {
  if (sha256 === null) return "none: trained from scratch";
  if (found === null)
    return (
      <>
        <Hash sha256={sha256} />, which is not on this hub
      </>
    );
  const { model, slug, revision } = found;
  return (
    <Link href={dictionaryPath(model, slug, { revision })} className="link">
      {slug} <Hash sha256={sha256} />
    </Link>
  );
}
