import { barOf } from "./bar-layout.ts";

type Props = { value: number; domain: readonly [number, number] };

/** A value at a glance, beside the number itself: below 0 in the other colour, to the other side. */
export function Bar({ value, domain }: Props) {
  const { left, width } = barOf(value, domain);
  const zero = barOf(domain[0], domain).width;
  return (
    <span aria-hidden="true" className="relative block h-2 w-full min-w-16 rounded-sm bg-sunken">
      <span
        className={`absolute inset-y-0 ${value < 0 ? "bg-negative" : "bg-positive"}`}
        style={{ left: `${left.toFixed(2)}%`, width: `${width.toFixed(2)}%` }}
      />
      {domain[0] < 0 && (
        <span
          className="absolute -inset-y-0.5 w-px bg-line-strong"
          style={{ left: `${zero.toFixed(2)}%` }}
        />
      )}
    </span>
  );
}
