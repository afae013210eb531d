import { formatTime } from "@/lib/format.ts";
import { tokensApiPath } from "@/lib/routes.ts";
import type { TokenSummary } from "@/lib/views.ts";
import { DeleteButton } from "../ui/delete-button.tsx";
import { ScrollTable } from "../ui/section.tsx";

export function TokenList({ tokens }: { tokens: TokenSummary[] }) {
  if (tokens.length === 0)
    return (
      <p className="text-ink-2">
        You have none. A token lets the trainer, or a script, act for you without your password.
      </p>
    );
  return (
    <ScrollTable label="Your tokens">
      <table className="ruled">
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">May</th>
            <th scope="col">Last used</th>
            <th scope="col">Expires</th>
            <th scope="col">
              <span className="sr-only">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row">{token.name}</th>
              <td className="font-mono text-[0.8125rem]">{token.scopes.join(" ")}</td>
              <td className="whitespace-nowrap">
                {token.last_used_at ? formatTime(token.last_used_at) : "never"}
              </td>
              <td className={`whitespace-nowrap ${token.expired ? "text-danger" : ""}`}>
                {token.expires_at ? formatTime(token.expires_at) : "never"}
                {token.expired && " (it is over)"}
              </td>
              <td>
                <DeleteButton name={`the token ${token.name}`} action={tokensApiPath(token.id)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}
