"use client";

import { useState } from "react";
import { tokensApiPath } from "@/lib/routes.ts";
import { type Scope, scopes } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { ShownOnce } from "./shown-once.tsx";

/** Makes a token, and shows it. */
export function TokenForm() {
  const [token, setToken] = useState<string | null>(null);
  return (
    <div className="panel divide-y divide-line">
      {token !== null && (
        <ShownOnce
          text={token}
          what="token"
          note="It is shown now and never again. Put it into HUB_TOKEN, or give it as --token."
        />
      )}
      <ApiForm
        action={tokensApiPath()}
        read={readToken}
        onDone={(answer) => setToken(String(answer.token))}
        className="grid gap-4 p-4 noscript:hidden"
      >
        <div className="flex flex-wrap gap-3">
          <Field label="What it is for" className="min-w-48 flex-1">
            <input
              name="name"
              required
              maxLength={80}
              placeholder="training machine"
              autoComplete="off"
              className="field w-full"
            />
          </Field>
          <Field label="Expires">
            <select name="days" defaultValue="90" className="field">
              <option value="7">in a week</option>
              <option value="30">in 30 days</option>
              <option value="90">in 90 days</option>
              <option value="365">in a year</option>
              <option value="">never</option>
            </select>
          </Field>
        </div>
        <fieldset>
          <legend className="eyebrow mb-1">What it may do, beside reading what you may read</legend>
          {scopes.map((scope) => (
            <label key={scope} className="flex items-baseline gap-2 py-0.5">
              <input
                type="checkbox"
                name="scopes"
                value={scope}
                defaultChecked={scope === "upload"}
                className="accent-accent"
              />
              <span>
                <span className="font-mono text-[0.8125rem]">{scope}</span>
                <span className="text-ink-2">: {meanings[scope]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <button type="submit" className="button justify-self-start">
          Make a token
        </button>
      </ApiForm>
    </div>
  );
}

const meanings: Record<Scope, string> = {
  upload: "send bundles",
  runs: "report trainings, queue and take sweeps, send toys",
  write: "label, list, discuss, and change or delete your dictionaries",
};

function readToken(fields: FormData): object {
  const days = fields.get("days");
  return {
    name: fields.get("name"),
    scopes: fields.getAll("scopes"),
    days: days === "" ? null : Number(days),
  };
}
