"use client";

import { useState } from "react";
import { peopleApiPath } from "@/lib/routes.ts";
import { roles } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { linkNote } from "./link-button.tsx";
import { ShownOnce } from "./shown-once.tsx";

/** Makes an account for somebody, and shows the link to give them. */
export function InviteForm() {
  const [made, setMade] = useState<{ name: string; link: string } | null>(null);
  const [name, setName] = useState("");
  return (
    <div className="panel divide-y divide-line">
      {made && <ShownOnce text={made.link} what="link" note={linkNote(made.name)} />}
      <ApiForm
        action={peopleApiPath()}
        onDone={({ link }) => setMade({ name, link: String(link) })}
        className="p-4 noscript:hidden"
      >
        <div className="flex flex-wrap items-end gap-3">
          <Field label="Name" className="min-w-40 flex-1">
            <input
              name="name"
              required
              maxLength={80}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
              className="field w-full"
            />
          </Field>
          <Field label="E-mail" className="min-w-48 flex-1">
            <input name="email" type="email" required autoComplete="off" className="field w-full" />
          </Field>
          <Field label="Role">
            <select name="role" defaultValue="member" className="field">
              {roles.map((role) => (
                <option key={role}>{role}</option>
              ))}
            </select>
          </Field>
          <button type="submit" className="button">
            Invite
          </button>
        </div>
      </ApiForm>
    </div>
  );
}
