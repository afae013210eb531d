"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { refusal } from "@/lib/refusal.ts";

type Props = {
  /** where its fields are sent, as JSON */
  action: string;
  method?: "POST" | "PATCH" | "DELETE";
  className?: string;
  children: ReactNode;
  /** what the answer's `address` is not followed by: the page is read again instead */
  stay?: boolean;
  onDone?: () => void;
};

/**
 * A form that changes something through the API. Its fields go there under their names; an empty field is
 * sent empty, an unchecked box not at all. Afterwards it leads to the answer's `address`, if it has one, or
 * shows the page anew; a refusal is shown below, and nothing that was typed is lost.
 */
export function ApiForm({ action, method = "POST", className, children, stay, onDone }: Props) {
  const router = useRouter();
  const [state, setState] = useState<"ready" | "sending" | { error: string }>("ready");
  const errorId = useId();
  const error = typeof state === "object" ? state.error : null;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    if (state === "sending") return;
    setState("sending");
    try {
      const address = await sendFields(action, method, new FormData(form));
      setState("ready");
      form.reset();
      onDone?.();
      if (address !== null && !stay) router.push(address);
      else router.refresh();
    } catch (problem) {
      setState({ error: (problem as Error).message });
    }
  }

  return (
    <form
      onSubmit={submit}
      className={className}
      aria-busy={state === "sending"}
      aria-describedby={error === null ? undefined : errorId}
    >
      <fieldset disabled={state === "sending"} className="contents">
        {children}
      </fieldset>
      {error !== null && (
        <p id={errorId} role="alert" className="mt-2 text-sm text-danger">
          {error}
        </p>
      )}
    </form>
  );
}

/** The address that the answer names, or null. Throws what the hub says against it. */
async function sendFields(action: string, method: string, fields: FormData) {
  const response = await fetch(action, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(fields)),
  }).catch(() => {
    throw new Error("the hub cannot be reached; nothing was changed");
  });
  if (!response.ok) throw new Error(await refusal(response));
  const answer: unknown = response.status === 204 ? null : await response.json();
  const { address } = (answer ?? {}) as { address?: unknown };
  return typeof address === "string" ? address : null;
}
