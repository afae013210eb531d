import Link from "next/link";
import { runsPath, uploadPath } from "@/lib/routes.ts";
import { Hero } from "./hero.tsx";

/** The hub before its first dictionary. */
export function EmptyHub() {
  return (
    <>
      {/* the page looks again by itself, with or without scripts */}
      <meta httpEquiv="refresh" content="10" />
      <Hero />
      <div className="mt-12 grid max-w-5xl gap-6 md:grid-cols-2">
        <section className="panel p-6">
          <h2 className="font-serif text-2xl tracking-tight">No dictionaries yet</h2>
          <p className="mt-2 text-ink-2">
            If you have just run <Command>npm start</Command>, it is training the first two on the
            bundled model and text now; on two cores it takes a few minutes. Watch it{" "}
            <Link href={runsPath} className="link text-ink">
              among the runs
            </Link>{" "}
            or in the terminal. This page looks again every ten seconds.
          </p>
        </section>
        <section className="panel p-6">
          <h2 className="font-serif text-2xl tracking-tight">Have one already?</h2>
          <p className="mt-2 text-ink-2">
            Every bundle that the trainer writes can be dropped on the{" "}
            <Link href={uploadPath} className="link text-ink">
              upload page
            </Link>
            , or sent from a terminal with <Command>npm run trainer -- upload</Command>.
          </p>
        </section>
      </div>
    </>
  );
}

function Command({ children }: { children: string }) {
  return (
    <code className="rounded bg-sunken px-1 py-0.5 text-[0.8125rem] text-ink">{children}</code>
  );
}
