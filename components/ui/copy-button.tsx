"use client";

import { Check, Copy } from "lucide-react";
import { type ReactNode, useState } from "react";

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

/** The Clipboard API needs a secure context; a hub on a local network often has none. */
async function writeClipboard(text: string): Promise<void> {
  if (navigator.clipboard) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // permission refused: fall through to the selection below
    }
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "fixed top-0 opacity-0";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
