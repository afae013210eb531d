"use client";

import { useState } from "react";
import { peopleApiPath } from "@/lib/routes.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { ShownOnce } from "./shown-once.tsx";

/** Makes a link by which somebody chooses a new password, and shows it. */
export function LinkButton({ id, name }: { id: string; name: string }) {
  const [link, setLink] = useState<string | null>(null);
  if (link !== null) return <ShownOnce text={link} what="link" note={linkNote(name)} />;
  return (
    <ApiForm
      action={peopleApiPath(id, "/link")}
      onDone={(answer) => setLink(String(answer.link))}
      className="noscript:hidden"
    >
      <button type="submit" className="button" aria-label={`Make a password link for ${name}`}>
        Password link
      </button>
    </ApiForm>
  );
}

export function linkNote(name: string): string {
  return `Give it to ${name} alone: whoever follows it first, within a day, has the account. It is not shown again.`;
}
