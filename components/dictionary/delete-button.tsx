"use client";

import dynamic from "next/dynamic";

/** Its dialog, which is loaded only for who may delete. */
export const DeleteDictionaryButton = dynamic(
  async () => (await import("./delete-dictionary.tsx")).DeleteDictionary,
);
