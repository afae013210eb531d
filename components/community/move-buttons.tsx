"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import { ApiForm } from "../ui/api-form.tsx";

type Props = { action: string; name: string; isFirst: boolean; isLast: boolean };

/** Moves something in its list by one place. */
export function MoveButtons({ action, name, isFirst, isLast }: Props) {
  return (
    <div className="flex flex-none flex-col noscript:hidden">
      <Move action={action} label={`Move ${name} up`} to="up" disabled={isFirst} />
      <Move action={action} label={`Move ${name} down`} to="down" disabled={isLast} />
    </div>
  );
}

type MoveProps = { action: string; label: string; to: "up" | "down"; disabled: boolean };

function Move({ action, label, to, disabled }: MoveProps) {
  const Icon = to === "up" ? ArrowUp : ArrowDown;
  return (
    <ApiForm action={action} method="PATCH" stay read={() => ({ move: to })}>
      <button type="submit" aria-label={label} disabled={disabled} className="icon-button">
        <Icon aria-hidden="true" size={14} />
      </button>
    </ApiForm>
  );
}
