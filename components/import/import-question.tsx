import Link from "next/link";
import { type ForeignDictionary, foreignFormats, type ImportCheck } from "trainer/bundle";
import { formatCount } from "@/lib/format.ts";
import { formatsPath, jobApiPath, jobPath, withQuery } from "@/lib/routes.ts";
import type { JobView, ModelSummary, ImportQuestion as Question } from "@/lib/views.ts";
import { Section } from "../ui/section.tsx";
import { betterOf, CheckTable } from "./check-table.tsx";
import { partsOf } from "./parts.ts";
import { KeepReading, ReadingForm } from "./reading-form.tsx";
import { TensorTable } from "./tensor-table.tsx";

type Props = {
  job: JobView;
  question: Question;
  /** which of the dictionaries, and which of the better readings is shown, as the address says */
  shown: { dictionary: number | null; alternative: number | null };
  models: Pick<ModelSummary, "slug" | "n_layers">[];
  /** whether one signs in here */
  hosted: boolean;
};

/** What was found in an upload, and how it is to be read: to be confirmed, changed and completed. */
export function ImportQuestion({ job, question, shown, models, hosted }: Props) {
  const { found, answer, check } = question;
  const answered = answer === null ? -1 : found.findIndex(({ where }) => where === answer.where);
  const at = shown.dictionary ?? Math.max(0, answered);
  const dictionary = found[at] ?? found[0];
  if (!dictionary) return null;
  const again = answer !== null && found[answered] === dictionary;
  const better = again && check ? alternativeOf(check, shown.alternative) : null;
  const known = { ...dictionary.reading, ...(again && answer.reading), ...better?.change };
  const action = jobApiPath(job.id, "/answer");
  return (
    <div className="space-y-8">
      {job.error !== null && answer !== null && <Asked error={job.error} check={check} />}
      {again && check && (
        <Section title="The check">
          <CheckTable
            check={check}
            action={(_, i) => (
              <Link
                href={withQuery(jobPath(job.id), { dictionary: at, alternative: i })}
                scroll={false}
                className="link text-xs whitespace-nowrap"
              >
                take this
              </Link>
            )}
          />
          <div className="mt-3">
            <KeepReading action={action} answer={answer} />
          </div>
        </Section>
      )}
      {found.length > 1 && (
        <Section title={`${formatCount(found.length)} dictionaries were found`}>
          <ul className="panel max-h-80 divide-y divide-line overflow-y-auto px-4 py-1">
            {found.map((one, i) => (
              <li key={one.where} className="flex flex-wrap justify-between gap-x-4 py-1.5">
                <Link
                  href={withQuery(jobPath(job.id), { dictionary: i })}
                  scroll={false}
                  aria-current={one === dictionary ? "true" : undefined}
                  className="link min-w-0 font-mono text-[0.8125rem] break-all aria-[current]:font-bold"
                >
                  {one.where}
                </Link>
                <span className="text-xs text-ink-2">{sizesOf(one)}</span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={better ? "The reading that fits better" : "How it is read"}>
        <p className="mb-3 max-w-3xl text-pretty">
          <code className="text-[0.8125rem] break-all">{dictionary.where}</code> is{" "}
          <Link href={`${formatsPath}#${dictionary.format}`} className="link">
            {foreignFormats[dictionary.format].title}
          </Link>
          , {sizesOf(dictionary)}. Until it has been read against real activations, this is
          structural: unchecked.
        </p>
        {dictionary.notes.length > 0 && (
          <ul className="mb-3 max-w-3xl list-disc space-y-1 pl-5 text-sm text-ink-2">
            {dictionary.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        <p className="panel mb-3 hidden px-4 py-3 noscript:block">
          Answering here needs JavaScript. Without it, send the reading as JSON to{" "}
          <code className="text-[0.8125rem] break-all">{action}</code>.
        </p>
        <ReadingForm
          key={`${dictionary.where} ${JSON.stringify(known)}`}
          action={action}
          where={dictionary.where}
          parts={partsOf(dictionary, known, models)}
          models={models}
          name={(again && answer.name) || ""}
          visibility={hosted ? job.visibility : null}
          changed={better ? Object.keys(better.change) : []}
          submit={answer === null ? "Import it" : better ? "Import it read like this" : "Try again"}
        />
      </Section>
      <Section title="Tensors of its files">
        <TensorTable tensors={dictionary.tensors} />
      </Section>
    </div>
  );
}

/** Why it asks again. */
function Asked({ error, check }: { error: string; check: ImportCheck | null }) {
  return (
    <div role="alert" className="rounded-md border border-danger bg-surface p-6">
      <h2 className="font-serif text-2xl tracking-tight text-danger">
        {check ? "Another reading fits better" : "It could not be imported like this"}
      </h2>
      <p className="mt-2 break-words whitespace-pre-wrap">{error}</p>
      <p className="mt-2 text-sm text-ink-2">
        What was sent is kept, and nothing is lost: change what is below, or try again.
      </p>
    </div>
  );
}

/** The one that was chosen, or the one that the check names. */
function alternativeOf(check: ImportCheck, chosen: number | null) {
  return (chosen === null ? null : check.alternatives[chosen]) ?? betterOf(check);
}

function sizesOf({ d_in, d_sae, d_out }: ForeignDictionary): string {
  const out = d_out === d_in ? "" : ` to ${formatCount(d_out)}`;
  return `${formatCount(d_sae)} features of ${formatCount(d_in)} dimensions${out}`;
}
