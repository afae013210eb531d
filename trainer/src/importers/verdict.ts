import type { ForeignDictionary, ImportCheck, Reading } from "../bundle/index.ts";

export type Fit = ImportCheck["as_read"];
type Alternative = ImportCheck["alternatives"][number];
type Found = Pick<ImportCheck, "as_read" | "alternatives" | "tokens">;

/*
 * The bounds; docs/formats.md says what they were measured on. The best alternative of a dictionary that was read
 * rightly had 1.00 times its fvu, in the sense of `cost`, and that of another hook 0.91 times.
 */
const BETTER = { hook: 0.85, more: 0.5, other: 0.9 };
/** what is as good with so many times its active features is better */
const SPARSER = 0.7;
/** an fvu from which on nothing is reconstructed, whatever the l0 */
const NOTHING = 0.6;
const POOR = 0.5;
/** how far from its k a dictionary's l0 may be */
const TIMES_K = 2;

/** Which reading fits, as a sentence with its figures and the flag to take; see docs/formats.md. */
export function judge(
  { as_read, alternatives, tokens }: Found,
  { d_in, trained }: Pick<ForeignDictionary, "d_in" | "trained">,
): Pick<ImportCheck, "verdict" | "says" | "alternatives"> {
  const order = (fit: Fit) => (as_read.fvu > NOTHING ? fit.fvu : cost(fit, as_read));
  const [best] = alternatives
    .filter((alternative) => isBetter(alternative, as_read, d_in))
    .sort((a, b) => order(a) - order(b));
  if (best)
    return {
      verdict: "misread",
      says: misread(best, as_read),
      alternatives: [best, ...alternatives.filter((other) => other !== best)],
    };
  const found = `fvu ${digits(as_read.fvu)}, l0 ${as_read.l0.toFixed(1)}, l2_ratio ${digits(as_read.l2_ratio)} on ${tokens} tokens`;
  const reasons = [
    ...(as_read.fvu >= POOR ? [`fvu below ${POOR}`] : []),
    ...(isFar(as_read.l0, trained.k) ? [`an l0 near the k of its training, ${trained.k}`] : []),
  ];
  if (reasons.length > 0)
    return {
      alternatives,
      verdict: "poor",
      says: `it fits poorly, and none of ${alternatives.length} other readings fits better: ${found} (expected ${reasons.join(" and ")}); is it of this model, at this hook?`,
    };
  return {
    alternatives,
    verdict: "fits",
    says: `it fits: ${found}; none of ${alternatives.length} other readings fits better`,
  };
}

function isBetter(alternative: Alternative, as_read: Fit, d_in: number): boolean {
  const { change, fvu, l0 } = alternative;
  if (fvu > NOTHING) return false;
  if (cost(alternative, as_read) < boundOf(change) * as_read.fvu) return true;
  if (fvu < as_read.fvu && l0 < SPARSER * as_read.l0) return true;
  if (letsMoreIn(change)) return false;
  return as_read.fvu > NOTHING && fvu < as_read.fvu / 2 && l0 < d_in;
}

/** With more features anything is reconstructed better, so they count against it. */
function cost({ fvu, l0 }: Fit, as_read: Fit): number {
  return fvu * Math.max(1, l0 / as_read.l0);
}

function boundOf(change: Partial<Reading>): number {
  if (change.hook_name || change.hook_name_out) return BETTER.hook;
  return letsMoreIn(change) ? BETTER.more : BETTER.other;
}

/** ReLU in the place of a rule that leaves some of its features out. */
function letsMoreIn({ architecture }: Partial<Reading>): boolean {
  return architecture === "standard";
}

function isFar(l0: number, k: number | null): boolean {
  return k !== null && (l0 > k * TIMES_K || l0 < k / TIMES_K);
}

function misread({ change, title, ...fit }: Alternative, as_read: Fit): string {
  const parts = [
    `fvu is ${digits(fit.fvu)} instead of ${digits(as_read.fvu)}`,
    `l0 ${fit.l0.toFixed(1)} instead of ${as_read.l0.toFixed(1)}`,
    `l2_ratio ${digits(fit.l2_ratio)} instead of ${digits(as_read.l2_ratio)}`,
  ];
  return `another reading fits better, ${title}: ${parts.join(", ")}; ${flagsOf(change)} takes it`;
}

/** --subtract_b_dec false */
function flagsOf(change: Partial<Reading>): string {
  return Object.entries(change)
    .map(([key, value]) => `--${key} ${value}`)
    .join(" ");
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(3);
}
