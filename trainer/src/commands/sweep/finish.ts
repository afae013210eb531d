import type { Progress, Report } from "../../bundle/index.ts";
import { describeSae } from "../dashboard.ts";
import { type Shared, withModel, withSae, withSaes } from "../opened.ts";
import { folders, type TrainerRun } from "../stage-verb.ts";
import type { Context } from "../verb.ts";
import type { SweepRun } from "./folder.ts";
import type { LiveSweep } from "./live.ts";
import { both } from "./progress.ts";

/** Evaluates and describes what is trained and not yet sealed; those of a group that share a hook are measured together. */
export async function finishSweep(
  groups: SweepRun[][],
  live: LiveSweep,
  context: Context,
): Promise<void> {
  const unsealed = groups.flat().filter(({ run }) => !run.isDone("dashboard"));
  if (unsealed.length === 0) return;
  await withModel(unsealed[0].run, context, async (shared) => {
    await evaluateAll(groups, shared, live, context);
    for (const { name, run } of unsealed) {
      context.say(`dashboard: ${name}`);
      const report = both(context.report, live.reportOf(name));
      const { signal } = context;
      await withSae(run, shared, (parts) =>
        describeSae(run, parts, shared.source, { report, signal }),
      );
    }
  });
}

async function evaluateAll(
  groups: SweepRun[][],
  shared: Shared,
  live: LiveSweep,
  context: Context,
): Promise<void> {
  const unmeasured = groups.map((group) => group.filter(({ run }) => !run.isDone("evaluate")));
  const report = oneAfterOther(unmeasured.flat().length, context.report);
  for (const alike of unmeasured.flatMap(byHook))
    await withSaes(runsOf(alike), shared, async (parts) => {
      const { evaluateTogether } = await import("../../evaluate/evaluate.ts");
      const [{ run }] = alike;
      const { model, tokens, policy } = parts[0];
      const { hook_name, hook_name_out } = run.config;
      const { held_out_contexts } = tokens;
      const { signal } = context;
      const input = { model, tokens, policy, hook_name, hook_name_out, held_out_contexts, signal };
      const evaluables = alike.map(({ name, run }, i) => ({
        sae: parts[i].sae,
        encoder: parts[i].encoder,
        dir: folders.bundle(run),
        seed: run.config.seed,
        report: both(report(name), live.reportOf(name)),
      }));
      await evaluateTogether(run.config, input, evaluables);
    });
}

function byHook(runs: SweepRun[]): SweepRun[][] {
  const groups = new Map<string, SweepRun[]>();
  for (const one of runs) {
    const { hook_name, hook_name_out } = one.run.config;
    const key = `${hook_name} ${hook_name_out}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function runsOf(sweepRuns: SweepRun[]): TrainerRun[] {
  return sweepRuns.map(({ run }) => run);
}

/** What `n` tell that each have as much to do, as one. */
function oneAfterOther(n: number, report: Report): (name: string) => Report {
  const latest = new Map<string, Progress>();
  return (name) => (progress) => {
    latest.set(name, progress);
    const done = [...latest.values()].reduce((sum, { done }) => sum + done, 0);
    report({ ...progress, done, total: n * progress.total, values: {} });
  };
}
