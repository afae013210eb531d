const OLDEST = [20, 19];

/** Says in one sentence what is missing, before any file is loaded that an old Node cannot read. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  console.error(`Node ${OLDEST.join(".")} or newer is needed; this is ${process.versions.node}.`);
  process.exit(1);
}
