type Props = { stroke: string; dash: string | undefined };

/** A piece of a line, as it is drawn, beside its title in a plot's key. */
export function LineSwatch({ stroke, dash }: Props) {
  return (
    <svg width="18" height="8" aria-hidden="true">
      <line x2="18" y1="4" y2="4" strokeWidth={2} strokeDasharray={dash} className={stroke} />
    </svg>
  );
}
