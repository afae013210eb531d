import type { Architecture } from "../../bundle/cfg.ts";
import { slug, UsageError } from "../../bundle/index.ts";
import { type RunConfig, runConfig } from "../config.ts";
import { checkConfig, format } from "../flags.ts";
import { dictionaryName } from "../name.ts";
import { hookNames, type SweepConfig, type SweptName, sweptNames } from "./config.ts";

/** One dictionary of a sweep: its name, and the settings of a run of its own. */
export type GridPoint = { name: string; config: RunConfig };

type Settings = Record<string, unknown>;

/** Settings that some architectures alone read: others take no part in what is swept of them. */
const readers: Partial<Record<SweptName, Architecture[]>> = {
  k: ["topk", "batchtopk", "matryoshka_batchtopk"],
  l1_coefficient: ["standard", "gated"],
  lp_norm: ["standard"],
  l0_coefficient: ["jumprelu"],
  jumprelu_sparsity: ["jumprelu"],
  jumprelu_bandwidth: ["jumprelu"],
  jumprelu_init_threshold: ["jumprelu"],
  jumprelu_tanh_scale: ["jumprelu"],
  decoder_norm: ["standard", "jumprelu"],
  sparsity_warmup_steps: ["standard", "gated", "jumprelu"],
  initial_l0: ["standard", "gated", "jumprelu"],
};

/** What `dictionaryName` tells apart. */
const inNames: string[] = ["architecture", "d_sae", "k", "l1_coefficient", "l0_coefficient"];

/** Every dictionary of a sweep; `widthAt` gives the width of a hook, or refuses one that the model lacks. */
export function gridPoints(
  config: SweepConfig,
  widthAt: (hook_name: string) => number,
): GridPoint[] {
  refuseRepeats(config);
  const points = hookPairs(config).flatMap((hooks) => combinations(config, hooks));
  const named = points.map((settings) => {
    const name = nameOf(settings, config, widthAt(settings.hook_name as string));
    return { name, config: checkPoint({ ...settings, name }, config) };
  });
  refuseSameNames(named, config);
  return named;
}

/** A sweep of each hook: parts that may be swept apart, since no two need the same activations. */
export function groupsOf(config: SweepConfig): SweepConfig[] {
  const pairs = hookPairs(config);
  return [...new Set(config.hook_name)].map((hook_name) => {
    const ofHook = pairs.filter((pair) => pair.hook_name === hook_name);
    return {
      ...config,
      hook_name: ofHook.map((pair) => pair.hook_name),
      hook_name_out: ofHook.map((pair) => pair.hook_name_out),
    };
  });
}

type HookPair = Pick<RunConfig, (typeof hookNames)[number]>;

/** The nth hook with the nth that it predicts, or with the only one. */
function hookPairs({ hook_name: from, hook_name_out: to }: SweepConfig): HookPair[] {
  const length = Math.max(from.length, to.length);
  for (const [name, list] of [
    ["hook_name", from],
    ["hook_name_out", to],
  ] as const)
    if (list.length !== length && list.length !== 1)
      throw new UsageError(
        `--${name}: given ${list.length} times (expected ${length} times, one for each of the other, or once)`,
      );
  const pairs = Array.from({ length }, (_, i) => ({
    hook_name: from[i] ?? from[0],
    hook_name_out: to[i] ?? to[0],
  }));
  const keys = pairs.map(({ hook_name, hook_name_out }) => `${hook_name} ${hook_name_out}`);
  const twice = pairs.find((_, i) => keys.indexOf(keys[i]) < i);
  if (twice) throw new UsageError(`--hook_name ${twice.hook_name}: given twice`);
  return pairs;
}

/** What is swept but not read by an architecture is as it would be if it had not been given. */
function combinations(config: SweepConfig, hooks: HookPair): Settings[] {
  return config.architecture.flatMap((architecture) => {
    let found: Settings[] = [{ ...config, ...hooks, architecture }];
    for (const name of sweptNames.filter((name) => name !== "architecture")) {
      const values: unknown[] = isRead(name, architecture, config) ? config[name] : [undefined];
      found = found.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
    }
    return found;
  });
}

function isRead(name: SweptName, architecture: Architecture, config: SweepConfig): boolean {
  return config[name].length === 1 || (readers[name] ?? [architecture]).includes(architecture);
}

function refuseRepeats(config: SweepConfig): void {
  for (const name of sweptNames) {
    const values: unknown[] = config[name];
    const twice = values.find((value, i) => values.indexOf(value) < i);
    if (twice !== undefined) throw new UsageError(`--${name} ${format(twice)}: given twice`);
    const read = config.architecture.some((architecture) => isRead(name, architecture, config));
    if (!read)
      throw new UsageError(
        `--${name}: given ${values.length} times, but ${config.architecture.join(" and ")} has no use for it (expected with ${readers[name]?.join(", ")})`,
      );
  }
}

/** What a point has of its own, e.g. "d_sae 512, k 32". */
function describe(point: Settings, config: SweepConfig): string {
  const own = [...hookNames, ...sweptNames].filter(
    (name) => (config[name] as unknown[]).length > 1 && point[name] !== undefined,
  );
  return own.map((name) => `${name} ${format(point[name])}`).join(", ");
}

/** A setting that does not fit the others of its point is refused together with what is the point's own. */
function checkPoint(point: Settings, config: SweepConfig): RunConfig {
  try {
    return checkConfig(runConfig, point);
  } catch (error) {
    const own = describe(point, config);
    if (!(error instanceof UsageError) || own === "") throw error;
    throw new UsageError(`of the grid, the dictionary with ${own}: ${error.message}`);
  }
}

/** Its place, size and rule, and whatever else is swept: res3-16x-topk32-lr0.001-seed1 */
function nameOf(point: Settings, config: SweepConfig, d_in: number): string {
  const others = sweptNames
    .filter((name) => !inNames.includes(name) && config[name].length > 1)
    .filter((name) => point[name] !== undefined)
    .map((name) => `-${name}${format(point[name])}`);
  return slug.parse([dictionaryName(point as RunConfig, d_in), ...others].join("").toLowerCase());
}

function refuseSameNames(points: GridPoint[], config: SweepConfig): void {
  const seen = new Map<string, GridPoint>();
  for (const point of points) {
    const other = seen.get(point.name);
    if (other)
      throw new UsageError(
        `two dictionaries of the grid would be called ${point.name}: that with ${describe(other.config, config)}, and that with ${describe(point.config, config)}`,
      );
    seen.set(point.name, point);
  }
}
