/** The hub, or the way to it, failed; its own words say why. */
export class HubError extends Error {
  override name = "HubError";
}
