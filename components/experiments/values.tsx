import { ScrollTable } from "../ui/section.tsx";

type Props = {
  /** what the table holds */
  label: string;
  head: string[];
  /** the first of each row names it */
  rows: string[][];
};

/** The numbers of a figure, for who wants to read them. */
export function Values({ label, head, rows }: Props) {
  return (
    <details className="mt-5">
      <summary className="hint w-fit cursor-pointer text-xs text-ink-2">{label}</summary>
      <div className="mt-2">
        <ScrollTable label={label}>
          <table className="ruled">
            <thead>
              <tr>
                {head.map((title, i) => (
                  <th key={title} className={i === 0 ? undefined : "figure"}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row[0]}>
                  {row.map((cell, i) => (
                    <td
                      // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place
                      key={i}
                      className={i === 0 ? "whitespace-nowrap" : "figure"}
                    >
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollTable>
      </div>
    </details>
  );
}
