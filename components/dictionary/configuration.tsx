import { settingText } from "./describe.ts";

/** The run's whole configuration, flags and defaults alike. */
export function Configuration({ config }: { config: Record<string, unknown> }) {
  const settings = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <dl className="panel columns-1 gap-8 px-4 py-3 font-mono text-xs sm:columns-2">
      {settings.map(([key, value]) => (
        <div key={key} className="flex break-inside-avoid justify-between gap-4 py-0.5">
          <dt className="text-ink-2">{key}</dt>
          <dd className="min-w-0 text-right break-words">{settingText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
