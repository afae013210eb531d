import Link from "next/link";
import { formatCount } from "@/lib/format.ts";
import { searchFor } from "@/lib/routes.ts";
import { shortSearch } from "@/lib/search-query.ts";
import { tokenIndexBounds } from "@/lib/token-index.ts";
import type { SearchQuery, TokenSearch } from "@/lib/views.ts";
import { Pager } from "../dictionary/pager.tsx";
import { Section } from "../ui/section.tsx";
import { TokenChip } from "../ui/token.tsx";
import { TokenGroupCard } from "./token-group.tsx";

type Props = { tokens: TokenSearch; query: SearchQuery };

/** The features that fire on the words in their stored examples, dictionary by dictionary. */
export function TokenResults({ tokens, query }: Props) {
  const { groups, found, searched } = tokens;
  const only = query.dictionary !== "" ? groups[0] : undefined;
  const pager = only ? { per_page: 50, total: only.features } : { per_page: 10, total: found };
  return (
    <Section
      title="Features that fire on it"
      aside={`in ${formatCount(found)} of ${formatCount(searched)} dictionaries`}
    >
      <Words tokens={tokens} query={query} />
      {groups.length === 0 ? (
        <p className="panel px-6 py-10 text-center text-ink-2">{nothingFound(tokens)}</p>
      ) : (
        <div className="space-y-6">
          {groups.map((group) => (
            <TokenGroupCard
              key={`${group.model}/${group.dictionary}`}
              group={group}
              query={query}
            />
          ))}
          {pager.total > pager.per_page && (
            <Pager
              query={{ page: query.page, per_page: pager.per_page }}
              total={pager.total}
              hrefOf={(page) => searchFor(shortSearch({ ...query, in: "tokens", page }))}
            />
          )}
        </div>
      )}
      <p className="mt-4 max-w-3xl text-xs text-pretty text-ink-2">
        By activation on the token ÷ the feature’s maximum{" "}
        {tokens.words.length > 1 && "(of several words the smallest) "}
        in its stored examples; of equals the token nearest to what was typed, then the larger
        activation. The index keeps each feature’s {tokenIndexBounds.tokens_of_a_feature} strongest
        tokens and each token’s {formatCount(tokenIndexBounds.features_of_a_token)} strongest
        features of a dictionary.
        {tokens.waiting > 0 &&
          ` ${formatCount(tokens.waiting)} dictionaries are not indexed yet; a worker is at it.`}
      </p>
    </Section>
  );
}

/** Which tokens stand for what was typed, and what may have been meant. */
function Words({ tokens, query }: Props) {
  const { words, near } = tokens;
  return (
    <div className="mb-4 space-y-1 text-[0.8125rem] text-ink-2">
      {words.map(({ word, tokens }) => (
        <p key={word}>
          {tokens.length > 0 ? (
            <>
              Tokens for “{word}”:{" "}
              {tokens.map((token) => (
                <span key={token} className="mr-1.5 inline-block">
                  <TokenChip token={token} />
                </span>
              ))}
            </>
          ) : (
            `No token is “${word}”.`
          )}
        </p>
      ))}
      {near.length > 0 && (
        <p>
          Tokens that begin so:{" "}
          {near.map((word) => (
            <Link
              key={word}
              href={searchFor(shortSearch({ ...query, q: word, page: 1 }))}
              className="link mr-2 inline-block font-mono"
            >
              {word}
            </Link>
          ))}
        </p>
      )}
    </div>
  );
}

function nothingFound({ words, searched, waiting }: TokenSearch): string {
  if (searched === 0)
    return waiting > 0
      ? "The tokens of these dictionaries are being indexed. Look again in a moment."
      : "There is no such dictionary to look through.";
  if (words.some(({ tokens }) => tokens.length === 0))
    return "Search by token takes words that are one token. Try a shorter word, or one of those above.";
  return words.length > 1
    ? "No feature fires on all of these words in its stored examples. Try fewer of them."
    : "No feature fires on this token in its stored examples.";
}
