import { type RefObject, useLayoutEffect, useState } from "react";
import { flushSync } from "react-dom";
import { type Box, type Sight, sightOf } from "./sight.ts";

/**
 * The rows in sight of a box that scrolls, or null until it is live. It begins at an offset, which is
 * set before anything is painted; what comes in sight is drawn before the picture that shows it.
 */
export function useSight(
  scroller: RefObject<HTMLElement | null>,
  isLive: boolean,
  box: Box,
  startOffset: () => number,
): Sight | null {
  const [sight, setSight] = useState<Sight | null>(null);
  const { total } = box;
  // biome-ignore lint/correctness/useExhaustiveDependencies: where it begins is asked for once
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!isLive || !element) return;
    const look = () => sightOf(box, element.scrollTop, element.clientHeight);
    const update = (known: Sight | null) => {
      const seen = look();
      return known && known.first === seen.first && known.last === seen.last ? known : seen;
    };
    element.scrollTop = startOffset();
    setSight(update);
    const onScroll = () => flushSync(() => setSight(update));
    const observer = new ResizeObserver(() => setSight(update));
    element.addEventListener("scroll", onScroll, { passive: true });
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [isLive, total]);
  return sight;
}
