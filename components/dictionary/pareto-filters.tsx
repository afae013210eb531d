import Form from "next/form";
import { type ParetoQuery, paretoQuery } from "@/lib/pareto-query.ts";
import { saidQuery } from "@/lib/search-params.ts";
import { Field } from "../ui/field.tsx";
import { marksOf } from "./marks.tsx";
import type { Board } from "./pareto-board.tsx";

type Choice = "model" | "architecture" | "layer";

/** A plain form: what it asks stands in the address, so it works without JavaScript and can be linked. */
export function ParetoFilters({ dictionaries, query, path, others, ofOneModel }: Board) {
  const choices: Choice[] = ofOneModel
    ? ["architecture", "layer"]
    : ["model", "architecture", "layer"];
  const open = choices
    .map((name) => ({ name, options: marksOf(dictionaries, name) }))
    .filter(({ name, options }) => options.length > 1 || query[name] !== "");
  if (open.length === 0) return null;
  const { y, by } = query;
  const kept = { ...others, ...saidQuery(paretoQuery, { ...none, y, by }) };
  return (
    <Form action={path} scroll={false} className="flex flex-wrap items-end gap-x-3 gap-y-3">
      {Object.entries(kept).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {open.map(({ name, options }) => (
        <Field key={name} label={titles[name]}>
          <select name={name} defaultValue={query[name]} key={query[name]} className="field">
            <option value="">all</option>
            {options.map(({ key, title }) => (
              <option key={key} value={key}>
                {title}
              </option>
            ))}
          </select>
        </Field>
      ))}
      <button type="submit" className="button">
        Apply
      </button>
      {open.some(({ name }) => query[name] !== "") && (
        <a href={`${path}?${new URLSearchParams(kept)}`} className="link py-1.5 text-ink-2">
          Reset
        </a>
      )}
    </Form>
  );
}

const none: ParetoQuery = paretoQuery.parse({});
const titles = { model: "Model", architecture: "Architecture", layer: "Layer" };
