/** What the hub's API says against a request, in its words; a proxy in between may answer in HTML. */
export async function refusal(response: Response): Promise<string> {
  const answer: unknown = await response.json().catch(() => null);
  const { error } = (answer ?? {}) as { error?: { message?: unknown } };
  return typeof error?.message === "string" ? error.message : `the hub answered ${response.status}`;
}
