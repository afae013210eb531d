"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { searchPath } from "@/lib/routes.ts";
import { SuggestionList } from "./suggestion-list.tsx";
import { useSuggestions } from "./use-suggestions.ts";

type Props = {
  /** what was searched for */
  text?: string;
  /** whether the key "/" leads here */
  hotkey?: boolean;
  large?: boolean;
};

/**
 * One box for addresses, names and tokens. It is a plain form; with JavaScript it suggests while one
 * types (the combobox pattern of the ARIA practices guide).
 */
export function SearchBox({ text = "", hotkey = false, large = false }: Props) {
  const router = useRouter();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const suggestions = useSuggestions(isOpen ? typed.trim() : "");
  const isShown = isOpen && suggestions.length > 0;
  useHotkey(hotkey ? input : null);

  function close() {
    setOpen(false);
    setAt(-1);
  }
  /** Round through the suggestions and the text itself, which is −1. */
  function move(step: number) {
    const stops = suggestions.length + 1;
    setOpen(true);
    setAt((now) => ((now + 1 + step + stops) % stops) - 1);
  }
  function press(event: KeyboardEvent) {
    const chosen = suggestions[at];
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape" && isShown) close();
    else if (event.key === "Enter" && isShown && chosen) {
      close();
      input.current?.blur();
      router.push(chosen.href);
    } else return;
    event.preventDefault();
  }

  return (
    <search className="relative w-full">
      <form action={searchPath} onSubmit={close}>
        <Search
          aria-hidden="true"
          size={large ? 18 : 14}
          className={`pointer-events-none absolute top-1/2 -translate-y-1/2 text-ink-2 ${large ? "left-3.5" : "left-2.5"}`}
        />
        <input
          ref={input}
          type="search"
          name="q"
          role="combobox"
          aria-label="Search: a token, a label, a name, or an address such as model/dictionary/index"
          aria-expanded={isShown}
          aria-controls={`${id}list`}
          aria-autocomplete="list"
          aria-activedescendant={isShown && at >= 0 ? `${id}${at}` : undefined}
          placeholder={
            large ? "A token, a label, a name, model/dictionary/index" : "token, label or address"
          }
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setOpen(true);
            setAt(-1);
          }}
          onFocus={() => setOpen(typed !== text)}
          onBlur={close}
          onKeyDown={press}
          className={`field w-full ${large ? "h-12 pr-3 pl-11 text-base" : "pr-8 pl-8"}`}
        />
        {hotkey && (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute top-1/2 right-2 -translate-y-1/2 rounded border border-line px-1.5 font-mono text-2xs text-ink-2 max-sm:hidden noscript:hidden"
          >
            /
          </span>
        )}
      </form>
      <SuggestionList id={id} suggestions={isShown ? suggestions : []} at={at} onChoose={close} />
    </search>
  );
}

/** "/" from anywhere but a field leads into the box. */
function useHotkey(input: React.RefObject<HTMLInputElement | null> | null) {
  useEffect(() => {
    if (!input) return;
    function press(event: globalThis.KeyboardEvent) {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = event.target instanceof Element ? event.target : document.body;
      if (at.closest("input, select, textarea, [contenteditable]")) return;
      event.preventDefault();
      input?.current?.focus();
      input?.current?.select();
    }
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [input]);
}
