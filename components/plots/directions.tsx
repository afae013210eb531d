import { formatPercent } from "@/lib/format.ts";
import { circleOf, type Direction, directionsLayout } from "./directions-layout.ts";

const SIZE = 260;

type Props = {
  truth: Direction[];
  composed: Direction[];
  learnt: (Direction & { density: number })[];
  /** what the picture shows, for those who cannot see it */
  label: string;
};

/** The plane with true directions, those of pairs, and what was learnt. */
export function Directions({ truth, composed, learnt, label }: Props) {
  return (
    <figure className="m-0">
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        className="mx-auto block w-full max-w-72 font-mono text-2xs"
      >
        <circle {...circleOf(SIZE)} fill="none" className="stroke-line" />
        {directionsLayout(truth, SIZE, 1).map((ray, i) => (
          <g key={`${ray.x2} ${ray.y2}`}>
            <line
              {...endsOf(ray)}
              strokeWidth={7}
              strokeLinecap="round"
              className="stroke-positive opacity-45"
            >
              <title>{`true feature ${i}`}</title>
            </line>
            <text
              x={ray.labelX}
              y={ray.labelY}
              dy="0.32em"
              textAnchor="middle"
              className="fill-ink-2"
            >
              {i}
            </text>
          </g>
        ))}
        {directionsLayout(composed, SIZE, 1).map((ray, i) => (
          <g key={`${ray.x2} ${ray.y2}`}>
            <line
              {...endsOf(ray)}
              strokeWidth={2}
              strokeDasharray="5 4"
              className="stroke-negative"
            >
              <title>{`features ${2 * i} and ${2 * i + 1} together`}</title>
            </line>
            <text
              x={ray.labelX}
              y={ray.labelY}
              dy="0.32em"
              textAnchor="middle"
              className="fill-ink-2"
            >
              {`${2 * i}∧${2 * i + 1}`}
            </text>
          </g>
        ))}
        {directionsLayout(learnt, SIZE, 0.86).map((ray, f) => {
          const density = learnt[f]?.density ?? 0;
          return (
            <g key={`${ray.x2} ${ray.y2}`} className={density > 0 ? "text-ink" : "text-ink-3"}>
              <line {...endsOf(ray)} strokeWidth={1.25} stroke="currentColor" />
              <circle
                cx={ray.x2}
                cy={ray.y2}
                r={4}
                stroke="currentColor"
                className={density > 0 ? "fill-ink" : "fill-surface"}
              >
                <title>{`learnt feature ${f}: fires on ${formatPercent(density)} of rows`}</title>
              </circle>
            </g>
          );
        })}
      </svg>
      <figcaption className="mt-2 flex flex-wrap justify-center gap-x-4 gap-y-1 text-xs text-ink-2">
        <span>
          <span
            aria-hidden="true"
            className="mr-1.5 inline-block h-1.5 w-4 rounded-full bg-positive opacity-45"
          />
          true
        </span>
        {composed.length > 0 && (
          <span>
            <span
              aria-hidden="true"
              className="mr-1.5 inline-block w-4 border-t-2 border-dashed border-negative align-middle"
            />
            two together
          </span>
        )}
        <span>
          <span aria-hidden="true" className="mr-1.5 inline-block size-2 rounded-full bg-ink" />
          learnt
        </span>
        {learnt.some(({ density }) => density === 0) && (
          <span>
            <span
              aria-hidden="true"
              className="mr-1.5 inline-block size-2 rounded-full border border-ink-3"
            />
            learnt, never fires
          </span>
        )}
      </figcaption>
    </figure>
  );
}

function endsOf({ x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number }) {
  return { x1, y1, x2, y2 };
}
