import { existsSync, readFileSync } from "node:fs";
import { Failure, messageOf } from "./failure.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

const PASSED = { passed: 1, failed: 0, skipped: 0 };
const FAILED = { passed: 0, failed: 1, skipped: 0 };

/** Runs one step after another, whether or not the one before has failed, and adds them up. */
export class Steps {
  /** @type {({ name: string, seconds: number } & Counts)[]} */
  #done = [];

  /**
   * @param {string} name
   * @param {() => Promise<Counts | void>} work fails the step by throwing; without counts it is one check
   * @returns {Promise<boolean>} whether nothing in it failed
   */
  async run(name, work) {
    console.log(`\n── ${name}`);
    const started = performance.now();
    const counts = await work().catch((error) => {
      console.error(error instanceof Failure ? messageOf(error) : error);
      return FAILED;
    });
    const seconds = (performance.now() - started) / 1000;
    this.#done.push({ name, seconds, ...(counts ?? PASSED) });
    return !counts?.failed;
  }

  /**
   * What cannot be run, since a step before it has failed.
   * @param {string} name
   */
  skip(name) {
    console.log(`\n── ${name}: left out, since a step that it needs has failed`);
    this.#done.push({ name, seconds: 0, passed: 0, failed: 0, skipped: 1 });
  }

  /**
   * Prints each step and, as the last line, the sums.
   * @returns {number} how many failed
   */
  summarise() {
    const sum = { passed: 0, failed: 0, skipped: 0 };
    console.log("");
    for (const { name, seconds, ...counts } of this.#done) {
      console.log(`${name.padEnd(32)}${seconds.toFixed(1).padStart(7)} s  ${inWords(counts)}`);
      sum.passed += counts.passed;
      sum.failed += counts.failed;
      sum.skipped += counts.skipped;
    }
    console.log(inWords(sum));
    return sum.failed;
  }
}

/** @param {Counts} counts */
function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * Counts of Vitest's JSON report; a file that could not even be loaded is one failure.
 * @param {string} report
 * @param {number | null} status with which the runner ended
 * @returns {Counts}
 */
export function vitestCounts(report, status) {
  if (!existsSync(report)) return FAILED;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  const unloaded = testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  return atLeastOneFailure(status, {
    passed: numPassedTests,
    failed: numFailedTests + unloaded,
    skipped: numPendingTests + numTodoTests,
  });
}

/**
 * Counts of Playwright's JSON report; a flaky test has failed.
 * @param {string} report
 * @param {number | null} status
 * @returns {Counts}
 */
export function playwrightCounts(report, status) {
  if (!existsSync(report)) return FAILED;
  const { expected, unexpected, flaky, skipped } = JSON.parse(readFileSync(report, "utf8")).stats;
  const counts = { passed: expected, failed: unexpected + flaky, skipped };
  return atLeastOneFailure(status, counts);
}

/**
 * Counts of conformance/formats.ts; what was skipped, or ended after its time, has neither passed nor failed.
 * @param {string} report
 * @param {number | null} status null: it was ended
 * @returns {Counts}
 */
export function conformanceCounts(report, status) {
  if (status === null) return { passed: 0, failed: 0, skipped: 0 };
  if (!existsSync(report)) return FAILED;
  const counts = JSON.parse(readFileSync(report, "utf8"));
  return atLeastOneFailure(status, { ...counts, skipped: 0 });
}

/**
 * @param {number | null} status
 * @param {Counts} counts
 * @returns {Counts}
 */
function atLeastOneFailure(status, counts) {
  return status === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}
