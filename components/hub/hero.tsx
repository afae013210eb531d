/** What this is, in two lines. */
export function Hero() {
  return (
    <div className="max-w-3xl pt-4 sm:pt-8">
      <h1 className="font-serif text-4xl tracking-tight text-balance sm:text-5xl">
        Dictionaries for reading language models
      </h1>
      <p className="mt-4 text-base text-pretty text-ink-2">
        Each dictionary is a sparse autoencoder that splits a model&rsquo;s activations into
        thousands of features. Look at what every feature responds to and what it writes, compare
        dictionaries by measured numbers, take them with you, and add your own.
      </p>
    </div>
  );
}
