import { type Visibility, visibilities } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";

type Props = { list?: { title: string; description: string; visibility: Visibility } };

const meanings = {
  public: "shown to everybody among the lists",
  unlisted: "for whoever has its address",
  private: "for you and for maintainers",
};

/** What a list says of itself. */
export function ListFields({ list }: Props) {
  return (
    <div className="space-y-4">
      <Field label="Title" className="block">
        <input
          name="title"
          required
          maxLength={200}
          defaultValue={list?.title}
          autoComplete="off"
          className="field w-full"
        />
      </Field>
      <Field label="Description, in Markdown" className="block">
        <textarea
          name="description"
          rows={4}
          maxLength={5000}
          defaultValue={list?.description}
          className="field w-full resize-y py-2"
        />
      </Field>
      <Field label="Visibility" className="block">
        <select
          name="visibility"
          defaultValue={list?.visibility ?? "public"}
          className="field max-w-full"
        >
          {visibilities.map((one) => (
            <option key={one} value={one}>
              {one}: {meanings[one]}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}
