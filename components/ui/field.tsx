import type { ReactNode } from "react";

type Props = { label: string; className?: string; children: ReactNode };

/** A control of a form under its name. */
export function Field({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label className={className}>
      <span className="eyebrow mb-1 block">{label}</span>
      {children}
    </label>
  );
}
