import { ThumbsUp } from "lucide-react";
import { labelApiPath, votesApiPath } from "@/lib/routes.ts";
import type { LabelView } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { DeleteButton } from "../ui/delete-button.tsx";
import { Editable } from "../ui/editable.tsx";
import { Section } from "../ui/section.tsx";
import { Byline } from "./byline.tsx";

type Props = {
  labels: LabelView[];
  /** where another is sent; null: the viewer may not give any */
  addTo: string | null;
};

/** What people call a feature, and a form to call it something. */
export function Labels({ labels, addTo }: Props) {
  return (
    <Section
      id="labels"
      title="Labels"
      aside={labels.length > 1 ? "what most agree with first" : null}
    >
      <div className="panel divide-y divide-line">
        {labels.length > 0 ? (
          <ol className="divide-y divide-line">
            {labels.map((label) => (
              <Label key={label.id} label={label} mayVote={addTo !== null} />
            ))}
          </ol>
        ) : (
          <p className="px-4 py-3 text-ink-2">
            Nobody has said what this feature is about yet.
            {addTo === null && " Members of this hub can."}
          </p>
        )}
        {addTo !== null && (
          <ApiForm action={addTo} stay className="flex flex-wrap gap-2 p-3 noscript:hidden">
            <input
              name="text"
              required
              maxLength={200}
              aria-label="Your label"
              placeholder="What is it about?"
              autoComplete="off"
              className="field min-w-40 flex-1"
            />
            <button type="submit" className="button">
              Add label
            </button>
          </ApiForm>
        )}
      </div>
    </Section>
  );
}

function Label({ label, mayVote }: { label: LabelView; mayVote: boolean }) {
  const { id, text, is_own } = label;
  const name = `the label “${text}”`;
  const shown = (
    <>
      <p className="text-pretty">
        <bdi>{text}</bdi>
      </p>
      <Byline {...label} />
    </>
  );
  return (
    <li className="flex items-start gap-3 px-3 py-2.5">
      <Votes label={label} mayVote={mayVote} />
      {is_own ? (
        <Editable
          key={text}
          name={name}
          action={labelApiPath(id)}
          fields={
            <input
              name="text"
              required
              maxLength={200}
              defaultValue={text}
              aria-label="Other words for the label"
              autoComplete="off"
              className="field w-full"
            />
          }
          actions={<DeleteButton name={name} action={labelApiPath(id)} />}
        >
          {shown}
        </Editable>
      ) : (
        <div className="min-w-0 flex-1">{shown}</div>
      )}
    </li>
  );
}

/** How many agree; who may, says so here, and takes it back. */
function Votes({ label, mayVote }: { label: LabelView; mayVote: boolean }) {
  const { id, text, votes, agreed } = label;
  const count = (
    <>
      <ThumbsUp aria-hidden="true" size={12} className={agreed ? "fill-current" : ""} /> {votes}
    </>
  );
  const said = votes === 1 ? "1 person agrees" : `${votes} people agree`;
  if (!mayVote)
    return (
      <span className="flex min-w-8 items-center gap-1 pt-0.5 text-xs text-ink-2" title={said}>
        {count}
      </span>
    );
  return (
    <ApiForm action={votesApiPath(id)} method={agreed ? "DELETE" : "POST"} stay>
      <button
        type="submit"
        aria-pressed={agreed}
        aria-label={`Agree with “${text}”: ${said}`}
        title={`${said}${agreed ? ", you among them" : ""}`}
        className="button min-h-7 px-2 text-xs tabular-nums aria-pressed:text-accent"
      >
        {count}
      </button>
    </ApiForm>
  );
}
