"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import { ApiForm } from "./api-form.tsx";

type Props = {
  /** what goes, after "Delete" */
  name: string;
  action: string;
  /** whether the answer's address is followed: what the page showed is gone */
  leave?: boolean;
};

/** Asks once more before something is gone. */
export function DeleteButton({ name, action, leave = false }: Props) {
  const [asking, setAsking] = useState(false);
  if (!asking)
    return (
      <button
        type="button"
        aria-label={`Delete ${name}`}
        title="Delete"
        onClick={() => setAsking(true)}
        className="icon-button noscript:hidden"
      >
        <Trash2 aria-hidden="true" size={14} />
      </button>
    );
  return (
    <ApiForm action={action} method="DELETE" stay={!leave} className="flex flex-wrap gap-1">
      <button type="submit" className="button text-danger" aria-label={`Really delete ${name}`}>
        Delete
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone */}
      <button type="button" autoFocus className="button" onClick={() => setAsking(false)}>
        Keep
      </button>
    </ApiForm>
  );
}
