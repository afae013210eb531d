"use client";

type Props = { error: Error & { digest?: string }; retry: () => void };

export default function ErrorPage({ error, retry }: Props) {
  return (
    <div className="max-w-xl py-12">
      <h1 className="font-serif text-4xl tracking-tight">The hub could not make this page</h1>
      <p className="mt-3 text-ink-2">
        Its log says why{error.digest ? `, under ${error.digest}` : ""}. If the database has just
        been started, trying again may be enough.
      </p>
      <p className="mt-6">
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      </p>
    </div>
  );
}
