"use client";

import { LogOut, Settings, UserRound, Users } from "lucide-react";
import Link from "next/link";
import { DropdownMenu } from "radix-ui";
import { authApiPath, peoplePath, settingsPath } from "@/lib/routes.ts";
import type { Viewer } from "@/lib/views.ts";
import { sendJson } from "../ui/api-form.tsx";

/** Who is signed in, and what they can do as such. */
export function AccountMenu({ name, role }: NonNullable<Viewer>) {
  async function signOut() {
    await sendJson(authApiPath("sign-out"), "POST", {}).catch(() => {});
    window.location.assign("/"); // all that was loaded for somebody else is left behind
  }
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button w-8 px-0" aria-label={`Account of ${name}`}>
        <UserRound aria-hidden="true" size={16} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="panel z-40 min-w-52 p-1 shadow-lg"
        >
          <DropdownMenu.Label className="border-b border-line px-2.5 pt-1.5 pb-2">
            <span className="block max-w-64 truncate font-medium">{name}</span>
            <span className="text-xs text-ink-2">{role}</span>
          </DropdownMenu.Label>
          <DropdownMenu.Item asChild>
            <Link href={settingsPath} className="menu-item mt-1">
              <Settings aria-hidden="true" size={14} /> Settings and tokens
            </Link>
          </DropdownMenu.Item>
          {role === "maintainer" && (
            <DropdownMenu.Item asChild>
              <Link href={peoplePath} className="menu-item">
                <Users aria-hidden="true" size={14} /> People
              </Link>
            </DropdownMenu.Item>
          )}
          <DropdownMenu.Item onSelect={signOut} className="menu-item">
            <LogOut aria-hidden="true" size={14} /> Sign out
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
