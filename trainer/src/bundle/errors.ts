/** Whoever gave a flag, a file name or a value can mend this; the CLI prints it and exits 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** A file that was read is not what it should be; the CLI exits 1, an upload answers 422. */
export class BundleError extends Error {
  override name = "BundleError";
}

/** A hub, or the way to it, failed; its own words say why. The CLI exits 1. */
export class HubError extends Error {
  override name = "HubError";
}
