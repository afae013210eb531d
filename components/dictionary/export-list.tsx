import { Download } from "lucide-react";
import { exportPath } from "@/lib/routes.ts";
import type { DictionaryView, ExportView } from "@/lib/views.ts";
import { ScrollTable } from "../ui/section.tsx";

type Props = { dictionary: DictionaryView; pinned: { revision?: string } };

/** The dictionary as other systems' files: those that can hold it to download, the others with the reason. */
export function ExportList({ dictionary, pinned }: Props) {
  const { model, slug } = dictionary;
  return (
    <>
      <h3 className="eyebrow mt-6 mb-2">Use it elsewhere</h3>
      <ScrollTable label="Files of other systems">
        <table className="ruled">
          <thead>
            <tr>
              <th scope="col">For</th>
              <th scope="col">Becomes</th>
              <th scope="col">Its numbers</th>
              <th scope="col">To mind</th>
            </tr>
          </thead>
          <tbody>
            {dictionary.exports.map((one) => (
              <tr key={one.format} className={one.fit === "refused" ? "text-ink-2" : undefined}>
                <td className="whitespace-nowrap">
                  {one.fit === "refused" ? (
                    one.title
                  ) : (
                    <a
                      href={exportPath(model, slug, one.format, pinned)}
                      download
                      className="link font-medium"
                    >
                      <Download aria-hidden="true" size={14} className="mr-1.5 inline" />
                      {one.title}
                    </a>
                  )}
                </td>
                <td className="whitespace-nowrap">{one.form ?? "—"}</td>
                <td className="whitespace-nowrap">
                  <Fit fit={one.fit} />
                </td>
                <td className="min-w-64 text-ink-2">{sentence(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
    </>
  );
}

function Fit({ fit }: Pick<ExportView, "fit">) {
  const { title, means } = fits[fit];
  return (
    <span title={means} className="hint">
      {title}
    </span>
  );
}

const fits: Record<ExportView["fit"], { title: string; means: string }> = {
  exact: {
    title: "exact",
    means:
      "Every number is that of sae_weights.safetensors to the last bit, renamed or transposed.",
  },
  folded: {
    title: "folded",
    means: "The same function; some biases are computed anew and rounded to float32.",
  },
  refused: { title: "not possible", means: "The format has no way to say this function." },
};

/** Beside the weights, all but SAELens' files lack what a dictionary is of: export.json has it. */
function sentence({ format, fit, says }: ExportView): string {
  const own =
    fit === "refused" || format === "saelens"
      ? []
      : ["hook, model and tokens that count stand in export.json"];
  const text = [...says, ...own].join("; ");
  // what begins with a name keeps it as it is
  return text.replace(/^[a-z]+(?= )/, (word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
}
