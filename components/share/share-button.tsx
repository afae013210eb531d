"use client";

import { Share2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { ShareProps } from "./share-dialog.tsx";

/** Its code comes when it is asked for. */
const ShareDialog = dynamic(() =>
  import("./share-dialog.tsx").then((module) => module.ShareDialog),
);

/** Opens what leads to a page from elsewhere: links, Markdown, a frame. */
export function ShareButton(props: ShareProps) {
  const [state, setState] = useState<"unasked" | "open" | "closed">("unasked");
  return (
    <>
      <button type="button" className="button noscript:hidden" onClick={() => setState("open")}>
        <Share2 aria-hidden="true" size={14} /> Share
      </button>
      {state !== "unasked" && (
        <ShareDialog
          {...props}
          open={state === "open"}
          onOpenChange={(open) => setState(open ? "open" : "closed")}
        />
      )}
    </>
  );
}
