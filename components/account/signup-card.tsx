import Link from "next/link";
import { authApiPath, loginPath } from "@/lib/routes.ts";
import type { SignInWays } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { AccountForm } from "./account-form.tsx";
import { EmailField } from "./email-field.tsx";
import { GitHubButton } from "./login-card.tsx";
import { PasswordField } from "./password-field.tsx";

export function SignUpCard({ ways, next }: { ways: SignInWays; next: string }) {
  return (
    <AccountForm
      title="Make an account"
      lead={
        ways.sign_up === "readers"
          ? "You can read all that is public at once; a maintainer lets you upload and write."
          : "To upload dictionaries, label features, keep lists and discuss. Reading needs none."
      }
    >
      <ApiForm
        action={authApiPath("sign-up/email")}
        leave={next}
        className="panel grid gap-4 p-5 noscript:hidden"
      >
        <Field label="Name, shown beside what you write">
          <input name="name" required maxLength={80} autoComplete="name" className="field w-full" />
        </Field>
        <EmailField label="E-mail, shown to maintainers alone" />
        <PasswordField name="password" length={ways.password} />
        <button type="submit" className="button button-main justify-self-start">
          Make the account
        </button>
      </ApiForm>
      {ways.github && <GitHubButton next={next} />}
      <p className="text-ink-2">
        You have one?{" "}
        <Link href={loginPath()} className="link text-ink">
          Sign in
        </Link>
      </p>
    </AccountForm>
  );
}
