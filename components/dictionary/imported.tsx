import { foreignFormats, type ImportProvenance, type ReadingKey, reading } from "trainer/bundle";
import { formatBytes, formatCount } from "@/lib/format.ts";
import { formatsPath } from "@/lib/routes.ts";
import { CheckTable } from "../import/check-table.tsx";
import { ScrollTable } from "../ui/section.tsx";
import { Facts, Hash } from "./facts.tsx";

type Dashboards = NonNullable<ImportProvenance["dashboards"]>;
type Props = {
  imported: ImportProvenance;
  /** the model's name on this hub */
  model: string;
};

/** Of a dictionary that was made elsewhere: its files, how they were read and why, and how that stood the check. */
export function Imported({ imported, model }: Props) {
  const { format, where, source, commit, files, check, accepted, dashboards } = imported;
  const notes = imported.notes.filter((note) => note !== check?.says);
  return (
    <div className="space-y-4">
      <Facts
        facts={[
          {
            key: "format",
            term: "Format",
            value: (
              <>
                <a href={`${formatsPath}#${format}`} className="link">
                  {foreignFormats[format].title}
                </a>
                , <code className="text-[0.8125rem] break-all">{where}</code>
                {source && `, from ${source} at commit ${commit?.slice(0, 7) ?? "unknown"}`}
              </>
            ),
          },
          {
            key: "files",
            term: "Files",
            value: (
              <ul>
                {files.map(({ path, bytes, sha256 }) => (
                  <li key={path}>
                    <code className="text-[0.8125rem] break-all">{path}</code>, {formatBytes(bytes)}
                    , <Hash sha256={sha256} />
                  </li>
                ))}
              </ul>
            ),
          },
          ...(notes.length === 0 ? [] : [{ key: "notes", term: "Notes", value: notes.join("; ") }]),
          { key: "check", term: "Check", value: verdictText(check, accepted) },
          ...(dashboards ? [{ key: "pages", term: "Pages", value: pagesText(dashboards) }] : []),
        ]}
      />
      <ReadingTable imported={imported} model={model} />
      {check && <CheckTable check={check} />}
    </div>
  );
}

function verdictText(check: ImportProvenance["check"], accepted: boolean): string {
  if (check === null) return "Unchecked: how it is read was not tried on activations of its model.";
  return accepted ? `${check.says}. It was accepted all the same.` : check.says;
}

function pagesText({ files, n_prompts_total, n_tokens_in_prompt, dataset, notes }: Dashboards) {
  const texts = `${formatCount(n_prompts_total)} texts × ${formatCount(n_tokens_in_prompt)} tokens`;
  return [
    `Features and examples were made by SAEDashboard and taken from ${files.length} of its files: ${texts} of ${dataset || "a dataset that is not named"}`,
    ...notes,
  ].join("; ");
}

/** Every part of the reading with what it means and where it is from. */
function ReadingTable({ imported, model }: Props) {
  const read = { ...imported.reading, model };
  return (
    <ScrollTable label="How it is read">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Part of the reading</th>
            <th scope="col">Read as</th>
            <th scope="col">Because</th>
          </tr>
        </thead>
        <tbody>
          {(Object.keys(reading.shape) as ReadingKey[]).map((key) => (
            <tr key={key}>
              <th scope="row" className="font-normal">
                <span
                  title={reading.shape[key].description}
                  className="hint font-mono text-[0.8125rem]"
                >
                  {key}
                </span>
              </th>
              <td className="font-mono text-[0.8125rem] whitespace-nowrap">
                {JSON.stringify(read[key])}
              </td>
              <td className="text-ink-2">
                {imported.because[key] ?? "said by whoever imported it"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
