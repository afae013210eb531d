import type { SignInStep } from "./routes.ts";

/** A path of this hub as it was given, or "/": no link may lead from here to another site. */
export function localPath(given: string): string {
  const home = "http://hub";
  if (!given.startsWith("/") || !URL.canParse(given, home)) return "/";
  const { origin, pathname, search, hash } = new URL(given, home);
  return origin === home && !pathname.startsWith("//") ? `${pathname}${search}${hash}` : "/";
}

const steps: readonly string[] = [
  "signup",
  "verified",
  "forgotten",
  "reset",
] satisfies SignInStep[];

export function signInStepOf(given: string): SignInStep | null {
  return steps.includes(given) ? (given as SignInStep) : null;
}
