import { formatCount, formatTime } from "@/lib/format.ts";
import { listApiPath, listPath, listsPath } from "@/lib/routes.ts";
import type { ListView } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { DeleteButton } from "../ui/delete-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { Author } from "./byline.tsx";
import { ListFields } from "./list-fields.tsx";
import { ListItem } from "./list-item.tsx";
import { Written } from "./written.tsx";

/** A list with its features in their order. */
export function ListCard({ list }: { list: ListView }) {
  const { id, title, description, contents, hidden, is_own, links } = list;
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeading
        crumbs={[
          { href: "/", text: "hub" },
          { href: listsPath, text: "lists" },
        ]}
        title={<bdi>{title}</bdi>}
        lead={
          <>
            {visibilityNames[list.visibility]} of <Author name={list.owner} />, changed{" "}
            <time dateTime={list.updated_at}>{formatTime(list.updated_at)}</time>.
          </>
        }
        actions={
          <>
            <CopyButton text={listPath(list)} label="Copy link to this list">
              Copy link
            </CopyButton>
            {is_own && <DeleteButton name="this list" action={listApiPath(id)} leave />}
          </>
        }
      />
      {description !== "" && (
        <div className="mt-5">
          <Written text={description} id="description" links={links} />
        </div>
      )}
      {contents.length > 0 ? (
        <ol aria-label="Features" className="panel mt-6 divide-y divide-line">
          {contents.map((item, at) => (
            <ListItem
              key={item.id}
              item={item}
              list={id}
              isOwn={is_own}
              isFirst={at === 0}
              isLast={at === contents.length - 1}
            />
          ))}
        </ol>
      ) : (
        <p className="panel mt-6 px-4 py-6 text-ink-2">
          Nothing to see in it yet. A feature&apos;s page has a menu that puts it here.
        </p>
      )}
      {hidden > 0 && (
        <p className="mt-3 text-ink-2">
          {hidden === 1 ? "1 feature is" : `${formatCount(hidden)} features are`} not visible to
          you.
        </p>
      )}
      {is_own && (
        <details className="mt-6 noscript:hidden" key={list.updated_at}>
          <summary className="text-ink-2 hover:text-accent">Edit what it says of itself</summary>
          <ApiForm action={listApiPath(id)} method="PATCH" className="mt-3 space-y-4">
            <ListFields list={list} />
            <button type="submit" className="button">
              Save
            </button>
          </ApiForm>
        </details>
      )}
    </div>
  );
}

const visibilityNames = {
  public: "A list",
  unlisted: "An unlisted list",
  private: "A private list",
};
