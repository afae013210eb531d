import Link from "next/link";
import { authApiPath, loginPath, resetPath, type SignInStep, signUpPath } from "@/lib/routes.ts";
import type { SignInWays } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { AccountForm } from "./account-form.tsx";
import { EmailField } from "./email-field.tsx";

type Props = { ways: SignInWays; next: string; after: SignInStep | null; failed: boolean };

export function LoginCard({ ways, next, after, failed }: Props) {
  const note = failed
    ? "GitHub did not sign you in: your account there needs a confirmed address, and here one that may sign in."
    : after && notes[after];
  return (
    <AccountForm title="Sign in" note={note}>
      <ApiForm
        action={authApiPath("sign-in/email")}
        leave={next}
        className="panel grid gap-4 p-5 noscript:hidden"
      >
        <EmailField />
        <Field label="Password">
          <input
            name="password"
            type="password"
            required
            autoComplete="current-password"
            className="field w-full"
          />
        </Field>
        <div className="flex items-center justify-between gap-4">
          <button type="submit" className="button button-main justify-self-start">
            Sign in
          </button>
          <Link href={resetPath()} className="link text-[0.8125rem]">
            Forgot the password?
          </Link>
        </div>
      </ApiForm>
      {ways.github && <GitHubButton next={next} />}
      <p className="text-ink-2">
        {ways.sign_up === "closed" ? (
          "Accounts here are made by its maintainers, who invite people."
        ) : (
          <>
            New here?{" "}
            <Link href={signUpPath} className="link text-ink">
              Make an account
            </Link>
          </>
        )}
      </p>
    </AccountForm>
  );
}

/** Goes to GitHub and comes back signed in. */
export function GitHubButton({ next }: { next: string }) {
  return (
    <ApiForm action={authApiPath("sign-in/social")} leave={next} className="noscript:hidden">
      <input type="hidden" name="provider" value="github" />
      <input type="hidden" name="callbackURL" value={next} />
      <input type="hidden" name="errorCallbackURL" value={loginPath()} />
      <button type="submit" className="button w-full">
        Continue with GitHub
      </button>
    </ApiForm>
  );
}

const notes: Record<SignInStep, string> = {
  signup: "A letter is on its way to you: follow its link to confirm your address, then sign in.",
  verified: "Your address is confirmed. Sign in to go on.",
  forgotten: "If there is an account with this address, a letter is on its way to it.",
  reset: "Your new password holds. Sign in with it.",
};
