import { type ToyMeasure, toyMeasures } from "trainer/bundle";
import { metricsPath } from "@/lib/routes.ts";

/** A measure's name; its formula is one hover or focus away, and one click on the page of formulas. */
export function ToyTerm({ name }: { name: ToyMeasure }) {
  const { title, formula } = toyMeasures[name];
  return (
    <a href={`${metricsPath}#toy-${name}`} title={formula} className="hint">
      {title}
    </a>
  );
}
