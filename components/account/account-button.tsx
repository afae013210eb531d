"use client";

import dynamic from "next/dynamic";

/** Its menu, which is loaded only where somebody is signed in. */
export const AccountButton = dynamic(async () => (await import("./account-menu.tsx")).AccountMenu);
