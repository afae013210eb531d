import { Download } from "lucide-react";
import type { BundleFile } from "trainer/bundle";
import { formatBytes } from "@/lib/format.ts";
import { type LicenceId, licences } from "@/lib/licences.ts";
import { bundlePath, filePath } from "@/lib/routes.ts";
import type { DictionaryView } from "@/lib/views.ts";
import { ScrollTable } from "../ui/section.tsx";
import { Hash } from "./facts.tsx";

/** What each file of a bundle holds. */
const contents: Record<BundleFile | "manifest.json", string> = {
  "manifest.json": "Every file's hash, the provenance and the metrics",
  "cfg.json": "Configuration as SAELens reads it",
  "sae_weights.safetensors": "W_enc, b_enc, W_dec, b_dec",
  "sparsity.safetensors": "log₁₀ density per feature",
  "training.jsonl": "One line per reported step",
  "evaluation.json": "Every metric with its formula's version",
  "features.parquet": "One row per feature",
  "examples.parquet": "Examples by feature and interval",
  "contexts.parquet": "The token rows that examples point into",
  "datapoints.parquet": "Sampled token positions",
  "datapoint_features.parquet": "What is active at each of them",
  "losses.parquet": "Next-token losses along the contexts",
  "connections.parquet": "What each feature is built from",
  "tokenizer.json": "The model's tokenizer",
};

/** Under what terms its files are given. */
export function Licence({ licence }: { licence: string | null }) {
  if (licence === null) return <>No licence is stated: ask its owner before you pass it on</>;
  return (
    <>
      Licence:{" "}
      <span title={licences[licence as LicenceId]} className="hint">
        {licence}
      </span>
    </>
  );
}

type Props = { dictionary: DictionaryView; pinned: { revision?: string } };

export function FileList({ dictionary, pinned }: Props) {
  const { model, slug, files } = dictionary;
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  return (
    <ScrollTable label="Files of the bundle">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">File</th>
            <th scope="col">Holds</th>
            <th scope="col" className="figure">
              Size
            </th>
            <th scope="col">sha256</th>
          </tr>
        </thead>
        <tbody>
          {files.map(({ name, bytes, sha256 }) => (
            <tr key={name}>
              <td className="whitespace-nowrap">
                <a
                  href={filePath(model, slug, name, pinned)}
                  download
                  className="link font-mono text-[0.8125rem]"
                >
                  {name}
                </a>
              </td>
              <td className="min-w-48 text-ink-2">{contents[name as keyof typeof contents]}</td>
              <td className="figure">{formatBytes(bytes)}</td>
              <td>
                <Hash sha256={sha256} />
              </td>
            </tr>
          ))}
          <tr>
            <td className="whitespace-nowrap">
              <a href={bundlePath(model, slug, pinned)} download className="link font-medium">
                <Download aria-hidden="true" size={14} className="mr-1.5 inline" />
                bundle.tar
              </a>
            </td>
            <td className="text-ink-2">All of them</td>
            <td className="figure">{formatBytes(total)}</td>
            <td />
          </tr>
        </tbody>
      </table>
    </ScrollTable>
  );
}
