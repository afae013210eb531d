import { SearchBox } from "../search/search-box.tsx";

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
      <div className="mt-6 max-w-2xl">
        <SearchBox large />
      </div>
    </div>
  );
}
