import Link from "next/link";
import { formatTime } from "@/lib/format.ts";
import { accountApiPath, authApiPath, dictionaryPath, uploadPath } from "@/lib/routes.ts";
import type { Account, DictionarySummary, SignInWays, TokenSummary } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { Field } from "../ui/field.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { ScrollTable, Section } from "../ui/section.tsx";
import { PasswordField } from "./password-field.tsx";
import { TokenForm } from "./token-form.tsx";
import { TokenList } from "./token-list.tsx";

type Props = {
  account: Account;
  tokens: TokenSummary[];
  dictionaries: DictionarySummary[];
  ways: SignInWays;
};

export function SettingsCard({ account, tokens, dictionaries, ways }: Props) {
  return (
    <div className="max-w-4xl space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Settings"
        lead={
          <>
            {account.email}
            {!account.email_verified && " (not confirmed)"}, {account.role}
          </>
        }
      />
      <div className="grid gap-10 md:grid-cols-2">
        <Section title="Profile">
          <ApiForm action={accountApiPath} method="PATCH" stay className="panel grid gap-4 p-4">
            <Field label="Name, shown beside what you write">
              <input
                name="name"
                required
                maxLength={80}
                defaultValue={account.name}
                key={account.name}
                autoComplete="name"
                className="field w-full"
              />
            </Field>
            <button type="submit" className="button justify-self-start">
              Save
            </button>
          </ApiForm>
        </Section>
        <Section title="Password">
          {account.has_password ? <PasswordForm ways={ways} /> : <NoPassword />}
        </Section>
      </div>
      <Section id="tokens" title="API tokens">
        <div className="space-y-4">
          <TokenList tokens={tokens} />
          <TokenForm />
        </div>
      </Section>
      <Section id="dictionaries" title="Your dictionaries">
        <OwnDictionaries dictionaries={dictionaries} />
      </Section>
    </div>
  );
}

function PasswordForm({ ways }: { ways: SignInWays }) {
  return (
    <ApiForm action={authApiPath("change-password")} stay className="panel grid gap-4 p-4">
      <Field label="Current password">
        <input
          name="currentPassword"
          type="password"
          required
          autoComplete="current-password"
          className="field w-full"
        />
      </Field>
      <PasswordField name="newPassword" length={ways.password} label="New password" />
      <button type="submit" className="button justify-self-start">
        Change it and sign out elsewhere
      </button>
    </ApiForm>
  );
}

function NoPassword() {
  return (
    <p className="panel px-4 py-3 text-ink-2">
      You sign in by GitHub and have no password. A maintainer can make a link by which you choose
      one.
    </p>
  );
}

function OwnDictionaries({ dictionaries }: Pick<Props, "dictionaries">) {
  if (dictionaries.length === 0)
    return (
      <p className="text-ink-2">
        You have none yet.{" "}
        <Link href={uploadPath} className="link text-ink">
          Upload a dictionary
        </Link>
        .
      </p>
    );
  return (
    <ScrollTable label="Your dictionaries">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Dictionary</th>
            <th scope="col">Model</th>
            <th scope="col">Seen by</th>
            <th scope="col">Updated</th>
            <th scope="col">
              <span className="sr-only">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {dictionaries.map(({ model, slug, visibility, updated_at }) => (
            <tr key={`${model}/${slug}`}>
              <th scope="row">
                <Link href={dictionaryPath(model, slug)} className="link font-mono">
                  {slug}
                </Link>
              </th>
              <td className="font-mono text-[0.8125rem]">{model}</td>
              <td>{visibility}</td>
              <td className="whitespace-nowrap">{formatTime(updated_at)}</td>
              <td>
                <Link href={`${dictionaryPath(model, slug)}#settings`} className="link">
                  Change
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
