import { commentsApiPath, discussionApiPath, discussionsPath, feedPath } from "@/lib/routes.ts";
import type { CommentView, DiscussionView } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { DeleteButton } from "../ui/delete-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Byline } from "./byline.tsx";
import { Comment } from "./comment.tsx";
import { FeedLink } from "./feed-link.tsx";
import { TextField } from "./text-field.tsx";

type Props = { discussion: DiscussionView; mayWrite: boolean };

/** A discussion: what opens it, each comment with those that answer it, and a form for the next. */
export function DiscussionCard({ discussion, mayWrite }: Props) {
  const { id, title, contents, is_own } = discussion;
  const top = contents.filter(({ parent_id }) => parent_id === null);
  const repliesTo = (comment: CommentView) =>
    contents.filter(({ parent_id }) => parent_id === comment.id);
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: discussionsPath, text: "discussions" },
        ]}
        title={<bdi>{title}</bdi>}
        lead={<Byline {...discussion} />}
        actions={
          <>
            <FeedLink href={feedPath()} />
            {is_own && <DeleteButton name="this discussion" action={discussionApiPath(id)} leave />}
          </>
        }
      />
      <section aria-label="Comments" className="mt-6 space-y-4">
        {top.map((comment) => (
          <div key={comment.id} className="space-y-3">
            <Comment comment={comment} discussion={discussion} mayWrite={mayWrite} />
            <div className="ml-4 space-y-3 border-l border-line pl-3 empty:hidden sm:ml-8 sm:pl-4">
              {repliesTo(comment).map((reply) => (
                <Comment
                  key={reply.id}
                  comment={reply}
                  discussion={discussion}
                  mayWrite={mayWrite}
                />
              ))}
            </div>
          </div>
        ))}
      </section>
      {mayWrite ? (
        <ApiForm
          key={contents.length}
          action={commentsApiPath(id)}
          stay
          className="mt-6 noscript:hidden"
        >
          <TextField label="Add a comment" />
          <button type="submit" className="button mt-2">
            Send comment
          </button>
        </ApiForm>
      ) : (
        <p className="mt-6 text-ink-2">Members of this hub can answer here.</p>
      )}
    </div>
  );
}
