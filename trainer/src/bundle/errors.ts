/** Whoever gave a flag, a file name or a value can mend this; the CLI prints it and exits 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * A file that was read is not what it should be; the CLI exits 1, an upload answers 422. What it quotes of a file
 * commands no terminal and hides nothing: characters that do not show are replaced.
 */
export class BundleError extends Error {
  override name = "BundleError";

  constructor(message: string, options?: ErrorOptions) {
    const odd = new RegExp(`(?!\\n)${unprintable.source}`, "gu");
    super(message.replaceAll(odd, "\ufffd"), options);
  }
}

/** A hub, or the way to it, failed; its own words say why. The CLI exits 1. */
export class HubError extends Error {
  override name = "HubError";
}

/** A character that does not show, or that changes in which order others are shown. */
export const unprintable = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;
