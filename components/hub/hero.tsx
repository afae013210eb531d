import { Search } from "lucide-react";
import { searchPath } from "@/lib/routes.ts";

/** What this is, in two lines, and the way to what one is looking for. */
export function Hero() {
  return (
    <div className="max-w-3xl pt-4 sm:pt-8">
      <h1 className="font-serif text-4xl tracking-tight text-balance sm:text-5xl">
        Dictionaries for reading language models
      </h1>
      <p className="mt-4 text-base text-pretty text-ink-2">
        Each splits a model&rsquo;s activations into thousands of features: see what a feature
        responds to and what it writes, trust the measured numbers, take it with you, or add your
        own.
      </p>
      <search>
        <form action={searchPath} className="relative mt-6 flex max-w-2xl gap-2">
          <Search
            aria-hidden="true"
            size={18}
            className="pointer-events-none absolute top-1/2 left-3.5 -translate-y-1/2 text-ink-2"
          />
          <input
            type="search"
            name="q"
            aria-label="Search the hub"
            placeholder="A token, a label, a name, model/dictionary/index"
            autoComplete="off"
            spellCheck={false}
            className="field h-12 min-w-0 flex-1 pl-11 text-base"
          />
          <button type="submit" className="button h-12 px-5 text-base">
            Search
          </button>
        </form>
      </search>
    </div>
  );
}
