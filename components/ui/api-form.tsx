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
  /** where it leads without an address, when it changes who asks: every page is then loaded anew */
  leave?: string;
  /** what is sent of its fields, if not each under its name */
  read?: (fields: FormData) => object;
  onDone?: (answer: Answer) => void;
};

type Answer = Record<string, unknown>;

/**
 * A form that changes something through the API. Its fields go there under their names; an empty field is
 * sent empty, an unchecked box not at all. Afterwards it leads to the answer's `address`, if it has one, or
 * shows the page anew; a refusal is shown below, and nothing that was typed is lost.
 */
export function ApiForm({ action, method = "POST", className, children, ...props }: Props) {
  const { stay, leave, read = Object.fromEntries, onDone } = props;
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
      const answer = await sendJson(action, method, read(new FormData(form)));
      const address = typeof answer.address === "string" ? answer.address : null;
      if (leave !== undefined) return window.location.assign(address ?? leave);
      setState("ready");
      form.reset();
      onDone?.(answer);
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

/** The answer. Throws what the hub says against it. */
export async function sendJson(action: string, method: string, body: object): Promise<Answer> {
  const response = await fetch(action, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error("the hub cannot be reached; nothing was changed");
  });
  if (!response.ok) throw new Error(await refusal(response));
  return response.status === 204 ? {} : (((await response.json()) as Answer | null) ?? {});
}
