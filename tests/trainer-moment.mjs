import { isMainThread } from "node:worker_threads";

/*
 * Loaded into a trainer before its own code, by startTrainer's `moment`: in the moment that its condition
 * first holds for a line of progress, the process sends itself the signal or, with "freeze", its main thread
 * stands still. So a test does not depend on being faster than the trainer that it kills.
 */

/** More than the time for which the trainer shows no other line. */
const BETWEEN_LINES = 5000;

if (isMainThread) {
  const { when, act } = JSON.parse(process.env.TRAINER_MOMENT ?? "");
  /** @type {(line: object) => boolean} */
  const isTime = new Function(`return ${when}`)();
  const now = Date.now.bind(Date);
  let lines = 0;
  let isOver = false;
  Date.now = () => now() + lines * BETWEEN_LINES; // no line is held back, however fast the work is

  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (/** @type {string} */ text) => {
    const isWritten = write(text);
    lines++;
    if (!isOver && isTime(JSON.parse(text))) {
      isOver = true;
      if (act === "freeze") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      else process.kill(process.pid, act);
    }
    return isWritten;
  };
}
