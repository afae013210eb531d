"use client";

import { useState } from "react";
import type { ImportAnswer } from "@/lib/import-answer.ts";
import type { Visibility } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { VisibilityChoice } from "../ui/visibility-choice.tsx";
import { acceptedAnswer, answerOf } from "./answer-of.ts";
import { Control, type Model } from "./control.tsx";
import type { Part } from "./parts.ts";

type Props = {
  action: string;
  where: string;
  parts: Part[];
  models: Model[];
  name: string;
  /** null where nobody signs in: there is nobody to hide it from */
  visibility: Visibility | null;
  /** the parts that differ from what was answered before */
  changed: string[];
  submit: string;
};

/** A reading part by part: its value, which may be changed, what it means, and where it is from. */
export function ReadingForm({ action, where, parts, models, submit, ...props }: Props) {
  const given = (key: Part["key"]) => parts.find((part) => part.key === key)?.value ?? "";
  const [model, setModel] = useState(given("model"));
  const [rule, setRule] = useState(given("architecture"));
  const known = models.find(({ slug }) => slug === model);
  return (
    <ApiForm action={action} stay read={answerOf}>
      <input type="hidden" name="where" value={where} />
      <ul className="panel divide-y divide-line px-4 py-1">
        {parts.map((part) => (
          <li
            key={part.key}
            hidden={part.key === "k" && rule !== "topk"}
            className={`grid gap-x-6 gap-y-1 py-2.5 sm:grid-cols-[minmax(0,15rem)_minmax(0,1fr)] ${props.changed.includes(part.key) ? "bg-sunken" : ""}`}
          >
            <div className="min-w-0">
              <Field label={part.title}>
                <Control {...{ part, known, models, setModel, setRule }} k={rule === "topk"} />
              </Field>
            </div>
            <div className="min-w-0 text-sm">
              <p className="text-pretty">
                <code className="text-xs text-ink-2">{part.key}</code>: {part.description}
              </p>
              <p
                className={`mt-0.5 text-xs break-words ${part.because ? "text-ink-2" : "text-danger"}`}
              >
                {props.changed.includes(part.key) && "fits better on real activations; "}
                {part.because ?? "the files do not say"}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <div className="mt-4 flex flex-wrap items-end gap-4">
        <Field label="Name, if not made of what it is" className="min-w-0">
          <input
            name="name"
            defaultValue={props.name}
            pattern="[a-z0-9][a-z0-9._\-]*"
            maxLength={100}
            placeholder="like res3-16x-topk32"
            title="lower-case letters, digits, '.', '-' and '_'"
            className="field w-60 max-w-full"
          />
        </Field>
        {props.visibility !== null && (
          <Field label="Who may see it, if its name is new" className="min-w-0">
            <VisibilityChoice defaultValue={props.visibility} />
          </Field>
        )}
        <button type="submit" className="button button-main noscript:hidden">
          {submit}
        </button>
      </div>
    </ApiForm>
  );
}

/** Imports it as it was read, although another reading fits better. */
export function KeepReading({ action, answer }: { action: string; answer: ImportAnswer }) {
  return (
    <ApiForm action={action} stay read={() => acceptedAnswer(answer)}>
      <button
        type="submit"
        className="button noscript:hidden"
        title="Its page will say that another reading fits better"
      >
        Keep my reading all the same
      </button>
    </ApiForm>
  );
}
