import { formatCount, formatTime } from "@/lib/format.ts";
import type { GroupView } from "@/lib/views.ts";
import { ScrollTable } from "../ui/section.tsx";

const states: Record<GroupView["state"], string> = {
  waiting: "waiting for a worker",
  running: "being trained",
  lost: "left by its worker, waiting for another",
  done: "done",
  failed: "failed",
};

/** The groups of a sweep and who trains them. */
export function GroupTable({ groups }: { groups: GroupView[] }) {
  return (
    <ScrollTable label="Groups and their workers">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col" className="sticky left-0 bg-surface">
              Group
            </th>
            <th scope="col">State</th>
            <th scope="col">Worker</th>
            <th scope="col" className="figure">
              Dictionaries
            </th>
            <th scope="col" className="figure">
              Attempts
            </th>
            <th scope="col">Last heard of</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.id}>
              <th
                scope="row"
                className="sticky left-0 bg-surface font-mono text-[0.8125rem] whitespace-nowrap"
              >
                {group.name}
              </th>
              <td className="min-w-40">
                <span className={group.state === "failed" ? "text-danger" : ""}>
                  {states[group.state]}
                </span>
                {group.error !== null && (
                  <span className="block max-w-prose font-mono text-xs break-words text-danger">
                    {group.error}
                  </span>
                )}
              </td>
              <td className="font-mono text-[0.8125rem] whitespace-nowrap">
                {group.worker ?? "–"}
              </td>
              <td className="figure">{formatCount(group.dictionaries)}</td>
              <td className="figure">{formatCount(group.attempts)}</td>
              <td className="text-xs whitespace-nowrap text-ink-2">
                <time dateTime={group.updated_at}>{formatTime(group.updated_at)}</time>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
