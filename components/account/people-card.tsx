import { formatTime } from "@/lib/format.ts";
import { peopleApiPath } from "@/lib/routes.ts";
import { type Person, roles } from "@/lib/views.ts";
import { ApiForm } from "../ui/api-form.tsx";
import { DeleteButton } from "../ui/delete-button.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { ScrollTable, Section } from "../ui/section.tsx";
import { InviteForm } from "./invite-form.tsx";
import { LinkButton } from "./link-button.tsx";

type Props = { people: Person[]; own_id: string };

/** Everybody with an account, for maintainers. */
export function PeopleCard({ people, own_id }: Props) {
  return (
    <div className="space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="People"
        lead="Readers read. Members upload, label, keep lists and discuss, and change what is theirs. Maintainers change all, and this page."
      />
      <Section title="Invite somebody">
        <InviteForm />
      </Section>
      <Section title={`${people.length} ${people.length === 1 ? "account" : "accounts"}`}>
        <ScrollTable label="Accounts">
          <table className="ruled">
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">Role</th>
                <th scope="col" className="figure">
                  Dictionaries
                </th>
                <th scope="col" className="figure">
                  Tokens
                </th>
                <th scope="col">Since</th>
                <th scope="col">Signed in</th>
                <th scope="col">
                  <span className="sr-only">Change</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <Row key={person.id} person={person} isSelf={person.id === own_id} />
              ))}
            </tbody>
          </table>
        </ScrollTable>
      </Section>
    </div>
  );
}

function Row({ person, isSelf }: { person: Person; isSelf: boolean }) {
  const { id, name, email, email_verified, role, disabled, signs_in_by } = person;
  const ways = signs_in_by.length === 0 ? "has not chosen a password" : signs_in_by.join(", ");
  return (
    <tr>
      <th scope="row">
        {name}
        {disabled && <span className="ml-2 text-danger">shut</span>}
        <span className="block text-xs text-ink-2">
          {email}
          {!email_verified && " (not confirmed)"}, {ways}
        </span>
      </th>
      <td>{isSelf ? `${role} (you)` : <RoleForm {...person} />}</td>
      <td className="figure">{person.dictionaries}</td>
      <td className="figure">{person.tokens}</td>
      <td className="whitespace-nowrap">{formatTime(person.created_at)}</td>
      <td className="whitespace-nowrap">
        {person.signed_in_at ? formatTime(person.signed_in_at) : "–"}
      </td>
      <td>
        {!isSelf && (
          <div className="flex flex-wrap items-center gap-2">
            <LinkButton id={id} name={name} />
            <ApiForm action={peopleApiPath(id)} method="PATCH" className="noscript:hidden">
              <input type="hidden" name="disabled" value={String(!disabled)} />
              <button
                type="submit"
                className="button"
                aria-label={`${disabled ? "Open" : "Shut"} the account of ${name}`}
              >
                {disabled ? "Open again" : "Shut"}
              </button>
            </ApiForm>
            <DeleteButton name={`the account of ${name}`} action={peopleApiPath(id)} />
          </div>
        )}
      </td>
    </tr>
  );
}

function RoleForm({ id, name, role }: Person) {
  return (
    <ApiForm action={peopleApiPath(id)} method="PATCH" className="flex gap-1 noscript:hidden">
      <select
        name="role"
        defaultValue={role}
        key={role}
        aria-label={`Role of ${name}`}
        className="field"
      >
        {roles.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <button type="submit" className="button" aria-label={`Save the role of ${name}`}>
        Save
      </button>
    </ApiForm>
  );
}
