import Link from "next/link";
import { featurePath, listItemApiPath } from "@/lib/routes.ts";
import type { ListItemView } from "@/lib/views.ts";
import { ConcordanceText } from "../feature/concordance-line.tsx";
import { DeleteButton } from "../ui/delete-button.tsx";
import { Editable } from "../ui/editable.tsx";
import { Field } from "../ui/field.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { FeatureName } from "./feature-name.tsx";
import { MoveButtons } from "./move-buttons.tsx";

type Props = {
  item: ListItemView;
  list: string;
  isOwn: boolean;
  isFirst: boolean;
  isLast: boolean;
};

/** A feature of a list: what it is called, where it fires most, and what the list says of it. */
export function ListItem({ item, list, isOwn, isFirst, isLast }: Props) {
  const { id, link, example, max_activation, note } = item;
  const { model, dictionary, index, revision } = link;
  const name = `feature ${index} of ${dictionary}`;
  const action = listItemApiPath(list, id);
  const shown = (
    <>
      <Link
        href={featurePath(model, dictionary, index, { revision })}
        prefetch={false}
        className="link"
      >
        <FeatureName link={link} />
      </Link>
      <div className="mt-1 font-mono text-[0.8125rem]">
        {example ? (
          <ConcordanceText example={example} max={max_activation} />
        ) : (
          <p className="text-ink-2">Dead: it fires on no token.</p>
        )}
      </div>
      {note !== "" && (
        <div className="mt-1">
          <Markdown text={note} id={`note-${id}`} />
        </div>
      )}
    </>
  );
  return (
    <li className="flex items-start gap-2 px-3 py-3">
      {isOwn && <MoveButtons action={action} name={name} isFirst={isFirst} isLast={isLast} />}
      {isOwn ? (
        <Editable
          key={note}
          name={`the note beside ${name}`}
          action={action}
          fields={
            <Field label={`Note beside ${name}, in Markdown`} className="block">
              <textarea
                name="note"
                rows={3}
                maxLength={2000}
                defaultValue={note}
                className="field w-full resize-y py-2"
              />
            </Field>
          }
          actions={<DeleteButton name={name} action={action} />}
        >
          {shown}
        </Editable>
      ) : (
        <div className="min-w-0 flex-1">{shown}</div>
      )}
    </li>
  );
}
