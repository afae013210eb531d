import { authApiPath, loginPath } from "@/lib/routes.ts";
import type { SignInWays } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { AccountForm } from "./account-form.tsx";
import { EmailField } from "./email-field.tsx";
import { PasswordField } from "./password-field.tsx";

/** With what a link says one chooses a new password; without, one asks for such a link. */
export function ResetCard({ ways, token }: { ways: SignInWays; token: string | null }) {
  if (token !== null)
    return (
      <AccountForm
        title="Choose a password"
        lead="It ends all sessions and revokes all API tokens that the account has."
      >
        <ApiForm
          action={authApiPath("reset-password")}
          leave={loginPath({ after: "reset" })}
          className="panel grid gap-4 p-5 noscript:hidden"
        >
          <input type="hidden" name="token" value={token} />
          <PasswordField name="newPassword" length={ways.password} label="New password" />
          <button type="submit" className="button button-main justify-self-start">
            Set the password
          </button>
        </ApiForm>
      </AccountForm>
    );
  if (!ways.mails)
    return (
      <AccountForm
        title="A new password"
        lead="This hub sends no letters. Ask one of its maintainers for a link by which you choose a new password; they make it on the page of people."
      >
        {null}
      </AccountForm>
    );
  return (
    <AccountForm title="A new password" lead="We send a link by which you choose one.">
      <ApiForm
        action={authApiPath("request-password-reset")}
        leave={loginPath({ after: "forgotten" })}
        className="panel grid gap-4 p-5 noscript:hidden"
      >
        <EmailField />
        <button type="submit" className="button button-main justify-self-start">
          Send the link
        </button>
      </ApiForm>
    </AccountForm>
  );
}
