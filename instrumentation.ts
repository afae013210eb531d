/** Next calls this once when its server starts. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { markRequests } = await import("./server/clients.ts");
  markRequests();
  const { timeRequests } = await import("./server/timing.ts");
  timeRequests();
}
