import { Link2, Reply } from "lucide-react";
import { commentApiPath, commentPath, commentsApiPath } from "@/lib/routes.ts";
import type { CommentView, DiscussionView } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { DeleteButton } from "../ui/delete-button.tsx";
import { Editable } from "../ui/editable.tsx";
import { Byline } from "./byline.tsx";
import { quoteOf } from "./quote.ts";
import { TextField } from "./text-field.tsx";
import { Written } from "./written.tsx";

type Props = { comment: CommentView; discussion: DiscussionView; mayWrite: boolean };

/** One comment, to which its anchor leads. */
export function Comment({ comment, discussion, mayWrite }: Props) {
  const { id, body, deleted, is_own, version } = comment;
  if (deleted)
    return (
      <article id={`comment-${id}`} aria-label={`Comment ${id}`} className="panel px-4 py-3">
        <p className="text-ink-2">This comment was deleted.</p>
      </article>
    );
  const shown = (
    <>
      <Byline {...comment} />
      <div className="mt-2">
        <Written text={body} id={`comment-${id}`} links={comment.links} />
      </div>
    </>
  );
  return (
    <article
      id={`comment-${id}`}
      aria-label={`Comment ${id} by ${comment.author ?? "somebody who left"}`}
      className="panel px-4 py-3 target:border-accent"
    >
      <div className="flex items-start gap-2">
        {is_own ? (
          <Editable
            key={version}
            name={`comment ${id}`}
            action={commentApiPath(id)}
            fields={
              <>
                <input type="hidden" name="version" value={version} />
                <TextField label="Your comment" defaultValue={body} />
              </>
            }
            actions={<DeleteButton name={`comment ${id}`} action={commentApiPath(id)} />}
          >
            {shown}
          </Editable>
        ) : (
          <div className="min-w-0 flex-1">{shown}</div>
        )}
      </div>
      <div className="mt-2 flex flex-wrap items-start gap-x-3 gap-y-1 text-xs text-ink-2">
        <CopyButton
          text={commentPath(discussion, id)}
          label={`Copy link to comment ${id}`}
          className="icon-button"
        />
        <a href={`#comment-${id}`} className="inline-flex h-7 items-center gap-1 hover:text-accent">
          <Link2 aria-hidden="true" size={13} /> #{id}
        </a>
        {mayWrite && (
          <details
            key={discussion.contents.length}
            className="min-w-0 open:basis-full noscript:hidden"
          >
            <summary className="inline-flex h-7 items-center gap-1 hover:text-accent">
              <Reply aria-hidden="true" size={13} /> Reply
            </summary>
            <ApiForm action={commentsApiPath(discussion.id)} stay className="mt-2 text-sm text-ink">
              <input type="hidden" name="parent_id" value={id} />
              <TextField label="Your reply" rows={4} defaultValue={quoteOf(body)} />
              <button type="submit" className="button mt-2">
                Send reply
              </button>
            </ApiForm>
          </details>
        )}
      </div>
    </article>
  );
}
