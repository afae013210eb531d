import { formatTime } from "@/lib/format.ts";

type Props = { author: string | null; created_at: string; edited_at?: string | null };

/** Who wrote something, and when. */
export function Byline({ author, created_at, edited_at }: Props) {
  return (
    <span className="text-xs text-ink-2">
      <Author name={author} /> · <time dateTime={created_at}>{formatTime(created_at)}</time>
      {edited_at && (
        <>
          {" "}
          · <span title={`edited ${formatTime(edited_at)}`}>edited</span>
        </>
      )}
    </span>
  );
}

/** A name that somebody chose cannot turn the direction of what stands beside it. */
export function Author({ name }: { name: string | null }) {
  return name === null ? "somebody who left" : <bdi>{name}</bdi>;
}
