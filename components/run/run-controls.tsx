import { Pause, Play } from "lucide-react";
import { runWishApiPath } from "@/lib/routes.ts";
import type { RunView } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";

/** Stops a run of the hub's own machines at a checkpoint, or goes on with it from there. */
export function RunControls({ run }: { run: RunView }) {
  if (!run.followed || run.state === "finished") return null;
  const isRunning = run.state === "running" || run.state === "silent";
  const { wish, text, Icon } = isRunning
    ? { wish: "stop", text: "Stop", Icon: Pause }
    : { wish: "resume", text: "Resume", Icon: Play };
  const whole = run.sweep === null ? "" : ` the sweep ${run.sweep}`;
  return (
    <ApiForm action={runWishApiPath(run.id)} stay>
      <input type="hidden" name="wish" value={wish} />
      <button
        type="submit"
        className="button noscript:hidden"
        disabled={run.wish !== null}
        title={
          isRunning
            ? "Ends at a checkpoint, as Ctrl-C in its terminal does"
            : "Goes on from its last checkpoint, to the same bytes as if it had not been stopped"
        }
      >
        <Icon aria-hidden="true" size={14} />
        {run.wish === null ? `${text}${whole}` : `Asked to ${run.wish}…`}
      </button>
    </ApiForm>
  );
}
