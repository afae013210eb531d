"use client";

import { Check, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { writeClipboard } from "./clipboard.ts";

type Props = {
  /** what is copied; an address that starts with "/" is made whole */
  text: string;
  label: string;
  children?: ReactNode;
  className?: string;
};

export function CopyButton({ text, label, children, className = "button" }: Props) {
  const [copied, setCopied] = useState(false);
  async function copy() {
    await writeClipboard(text.startsWith("/") ? new URL(text, location.href).href : text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      className={`${className} noscript:hidden`}
      aria-label={label}
      onClick={copy}
    >
      <Icon aria-hidden="true" size={14} className={copied ? "text-accent" : "text-ink-2"} />
      {children}
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}
