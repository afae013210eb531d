import { writeFileSync } from "node:fs";

/** One comparison, and how it came out; noted: what was seen of others, by which nothing of ours is judged. */
export type Row = {
  case: string;
  format: string;
  result: "ok" | "failed" | "skipped" | "noted";
  says: string;
};

/** Prints comparisons as they are made, and sets the exit status of the process when one has failed. */
export class Rows {
  #counts = { ok: 0, failed: 0, skipped: 0, noted: 0 };
  #heading = "";

  add(heading: string, { case: name, format, result, says }: Row): void {
    if (result === "skipped") {
      this.skip(`${format}: ${says}`);
      return;
    }
    if (heading !== this.#heading) console.log(`\n${heading}`);
    this.#heading = heading;
    this.#counts[result]++;
    const mark = { ok: "ok    ", failed: "FAILED", noted: "noted " }[result];
    console.log(`  ${mark}  ${format.padEnd(20)} ${name.padEnd(32)} ${says}`);
  }

  skip(why: string): void {
    this.#counts.skipped++;
    console.log(`skipped: ${why}`);
  }

  fail(what: string, says: string): void {
    this.#counts.failed++;
    console.log(`FAILED  ${what}: ${says}`);
  }

  /** CONFORMANCE_REPORT names a file for the numbers. */
  finish(): void {
    const { ok, failed, skipped } = this.#counts;
    console.log(`\n${ok} agree, ${failed} differ, ${skipped} skipped`);
    const { CONFORMANCE_REPORT: report } = process.env;
    if (report) writeFileSync(report, JSON.stringify({ passed: ok, failed }));
    if (failed > 0) process.exitCode = 1;
  }
}
