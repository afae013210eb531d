"use client";

import { useRouter } from "next/navigation";
import type { FormEvent, ReactNode } from "react";
import { withQuery } from "@/lib/routes.ts";

type Props = {
  action: string;
  /** what holds when a field is not in the address */
  defaults: Record<string, string>;
  className?: string;
  children: ReactNode;
};

/** A form whose fields become the address' query, the shortest that says the same. Without JavaScript a plain one. */
export function ShortForm({ action, defaults, className, children }: Props) {
  const router = useRouter();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = [...new FormData(event.currentTarget)].map(([name, value]) => {
      const text = String(value).trim();
      return [name, text === defaults[name] ? "" : text];
    });
    router.push(withQuery(action, Object.fromEntries(fields)), { scroll: false });
  }
  return (
    <form action={action} onSubmit={submit} className={className}>
      {children}
    </form>
  );
}
