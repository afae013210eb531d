import Link from "next/link";
import { formatCount, formatNumber, formatShort } from "@/lib/format.ts";
import { datapointPath, featurePath } from "@/lib/routes.ts";
import type { SelectionView } from "@/lib/views.ts";
import type { Of } from "../../map/of.ts";
import { ScrollTable } from "../../ui/section.tsx";
import { TokenChip } from "../../ui/token.tsx";
import { shadeRange } from "../shade.ts";
import { Snippet } from "../snippet.tsx";
import { colorings } from "./colorings.ts";

type Props = { view: SelectionView; of: Of };

/** The selection's means beside those of the whole map. */
export function SelectionFigures({ view }: { view: SelectionView }) {
  return (
    <dl
      title="On the map are the worst and the best positions beside the uniform sample: its means are not the dictionary's"
      className="flex flex-wrap gap-x-8 gap-y-2"
    >
      {view.means.map(({ name, inside, overall }) => (
        <div key={name}>
          <dt className="eyebrow">Mean {colorings[name].title}</dt>
          <dd className="font-mono text-[0.8125rem] tabular-nums">
            {formatShort(inside)}{" "}
            <span className="text-ink-2">on the whole map {formatShort(overall)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The features that are active more often inside than on the whole map. */
export function SelectedFeatures({ view, of }: Props) {
  const { features, selected, total } = view;
  if (!features)
    return (
      <p className="text-ink-2">
        This bundle does not say which features are active where. One that{" "}
        <code>npx trainer ce-diff RUN_DIR</code> has measured does.
      </p>
    );
  return (
    <div className="min-w-0">
      <h4 className="mb-2 font-medium">Over-represented features</h4>
      <ScrollTable label="Over-represented features" className="max-h-[32rem] overflow-y-auto">
        <table className="ruled">
          <thead>
            <tr>
              <th scope="col" className="sticky left-0 bg-surface">
                Feature
              </th>
              <th scope="col">Top token</th>
              <th scope="col" className="figure">
                Ratio
              </th>
              <th scope="col" className="figure">
                Inside
              </th>
              <th scope="col" className="figure">
                Overall
              </th>
              <th scope="col" className="figure" title={correction(features.tests)}>
                p, corrected
              </th>
            </tr>
          </thead>
          <tbody>
            {features.rows.map(({ index, top_token, ratio, inside, overall, p_adjusted }) => (
              <tr key={index}>
                <th scope="row" className="sticky left-0 bg-surface">
                  <Link
                    href={featurePath(of.model, of.dictionary, index, of.isPinned ? of : {})}
                    prefetch={false}
                    className="link font-mono text-[0.8125rem] font-medium"
                  >
                    {index}
                  </Link>
                </th>
                <td>{top_token !== null && <TokenChip token={top_token} />}</td>
                <td className="figure">{formatNumber(ratio, ratio < 10 ? 2 : 1)}</td>
                <td className="figure">{formatCount(inside)}</td>
                <td className="figure">{formatCount(overall)}</td>
                <td className="figure">{formatP(p_adjusted)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollTable>
      <p className="mt-2 text-xs text-ink-2">
        Ratio: its rate among the {formatCount(selected)} selected over its rate among all{" "}
        {formatCount(total)} on the map. {correction(features.tests)} Listed are the{" "}
        {features.rows.length} with the largest ratio of those that are active at{" "}
        {formatCount(features.least)} selected datapoints or more.
      </p>
    </div>
  );
}

/** The selected datapoints in their text, the worst first. */
export function SelectedDatapoints({ view, of }: Props) {
  const { datapoints, selected } = view;
  const range = shadeRange(datapoints.map((row) => row.ce_diff));
  return (
    <div className="min-w-0">
      <h4 className="mb-2 font-medium">
        {datapoints.length < selected ? `The worst ${datapoints.length} of them` : "Datapoints"}
      </h4>
      <ScrollTable label="Selected datapoints" className="max-h-[32rem] overflow-y-auto">
        <table className="ruled">
          <thead>
            <tr>
              <th scope="col" className="figure sticky left-0 bg-surface">
                CE-diff
              </th>
              <th scope="col" className="text-center!">
                In its text
              </th>
            </tr>
          </thead>
          <tbody>
            {datapoints.map((row) => {
              const href = datapointPath(of.model, of.dictionary, row, of.isPinned ? of : {});
              return (
                <tr key={`${row.context} ${row.position}`}>
                  <th scope="row" className="figure sticky left-0 bg-surface">
                    <Link href={href} prefetch={false} className="link font-medium">
                      {row.ce_diff > 0 && "+"}
                      {formatNumber(row.ce_diff, 3)}
                    </Link>
                  </th>
                  <td className="w-full max-w-0 min-w-[18rem]">
                    <Snippet row={row} href={href} range={range} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollTable>
    </div>
  );
}

function correction(tests: number): string {
  return `p: Fisher’s exact test, one-sided, corrected for ${formatCount(tests)} tests (every feature that is active on the map) as by Benjamini and Hochberg.`;
}

function formatP(p: number): string {
  return p < 1e-300 ? "< 10⁻³⁰⁰" : p < 1e-4 ? formatShort(p, 2) : formatNumber(p, 4);
}
