import { settingText } from "../dictionary/describe.ts";
import { ScrollTable } from "../ui/section.tsx";

type Config = Record<string, unknown>;

/** What is set otherwise in the one than in the other. */
export function ComparedSettings({ a, b }: { a: Config; b: Config }) {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const different = names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
  if (different.length === 0)
    return <p className="panel px-4 py-3 text-ink-2">None: all settings are the same.</p>;
  return (
    <ScrollTable label="Settings that differ">
      <table className="ruled font-mono text-xs">
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">A</th>
            <th scope="col">B</th>
          </tr>
        </thead>
        <tbody>
          {different.map((name) => (
            <tr key={name}>
              <th scope="row" className="text-ink-2">
                {name}
              </th>
              {[a, b].map((config, side) => (
                <td key={side === 0 ? "a" : "b"} className="max-w-56 break-words">
                  {name in config ? settingText(config[name]) : "–"}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
