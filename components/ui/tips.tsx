"use client";

import { useEffect, useRef } from "react";

const lingering = 120; // ms in which the pointer may move onto the tip

/**
 * Shows any `title` on the page as a tip, on hover and on keyboard focus, without the browser's delay.
 * One instance serves the whole page; without JavaScript the titles are what they always were.
 */
export function Tips() {
  const tip = useRef<HTMLDivElement>(null);
  useEffect(() => (tip.current ? attach(tip.current) : undefined), []);
  return (
    <div
      ref={tip}
      id="tip"
      role="tooltip"
      hidden
      className="fixed top-0 left-0 z-50 max-w-[min(22rem,calc(100vw-1rem))] rounded-md bg-ink px-2.5 py-1.5 text-xs whitespace-pre-line text-paper shadow-lg"
    />
  );
}

function attach(tip: HTMLElement): () => void {
  const end = new AbortController();
  const options = { signal: end.signal };
  let owner: Element | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function show(target: EventTarget | null) {
    clearTimeout(timer);
    if (!(target instanceof Element) || tip.contains(target)) return;
    const found = target.closest("[title]");
    if (!found || found === owner) return;
    hide();
    owner = found;
    tip.textContent = found.getAttribute("title");
    found.removeAttribute("title"); // or the browser would show it as well
    found.setAttribute("aria-describedby", tip.id);
    tip.hidden = false;
    place(tip, boxOf(found));
  }

  function hide() {
    clearTimeout(timer);
    if (!owner) return;
    owner.setAttribute("title", tip.textContent ?? "");
    owner.removeAttribute("aria-describedby");
    owner = null;
    tip.hidden = true;
  }

  /** What has the focus or the pointer keeps its tip: it may just have been scrolled to. */
  function follow() {
    if (owner?.matches(":hover") || owner?.contains(document.activeElement))
      place(tip, boxOf(owner));
    else hide();
  }

  function leave() {
    clearTimeout(timer);
    timer = setTimeout(hide, lingering);
  }

  document.addEventListener("pointerover", (event) => show(event.target), options);
  document.addEventListener(
    "pointerout",
    (event) => {
      const into = event.relatedTarget;
      const stays = into instanceof Node && (owner?.contains(into) || tip.contains(into));
      if (event.pointerType !== "touch" && !stays) leave();
    },
    options,
  );
  document.addEventListener("focusin", (event) => show(event.target), options);
  document.addEventListener("focusout", hide, options);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide(), options);
  document.addEventListener("scroll", follow, { ...options, capture: true, passive: true });
  return () => {
    hide();
    end.abort();
  };
}

/** The first line of what may go over several. */
function boxOf(element: Element): DOMRect {
  return element.getClientRects()[0] ?? element.getBoundingClientRect();
}

/** Above the thing it speaks of, within the window; below it when there is no room. */
function place(tip: HTMLElement, of: DOMRect): void {
  const gap = 6;
  const { width, height } = tip.getBoundingClientRect();
  const room = document.documentElement.clientWidth - width - gap;
  const left = Math.max(gap, Math.min(of.left + of.width / 2 - width / 2, room));
  const above = of.top - height - gap;
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(above > 0 ? above : of.bottom + gap)}px)`;
}
