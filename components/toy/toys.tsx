import Link from "next/link";
import { formatCount, formatTime } from "@/lib/format.ts";
import { toyPath } from "@/lib/routes.ts";
import type { ToySummary } from "@/lib/views.ts";
import { Command } from "../run/command.tsx";
import { PageHeading } from "../ui/page-heading.tsx";
import { ScrollTable, Section } from "../ui/section.tsx";

export function Toys({ toys }: { toys: ToySummary[] }) {
  return (
    <div className="space-y-10">
      <PageHeading
        crumbs={[{ href: "/", text: "hub" }]}
        title="Toys"
        lead="On a language model nobody knows the true features. Here they are planted: independent ones, correlated ones, and pairs that are often on together. So it can be seen what an autoencoder finds of them, and what it makes up."
      />
      {toys.length > 0 && (
        <Section title="All toys" aside={formatCount(toys.length)}>
          <ScrollTable label="Toys">
            <table className="ruled">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col" className="figure">
                    Settings
                  </th>
                  <th scope="col" className="figure">
                    Rows each
                  </th>
                  <th scope="col">Here since</th>
                </tr>
              </thead>
              <tbody>
                {toys.map(({ id, name, results, tokens, created_at }) => (
                  <tr key={id}>
                    <th scope="row">
                      <Link href={toyPath(id)} className="link">
                        {name}
                      </Link>
                    </th>
                    <td className="figure">{formatCount(results)}</td>
                    <td className="figure">{formatCount(tokens)}</td>
                    <td className="whitespace-nowrap text-ink-2">{formatTime(created_at)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollTable>
        </Section>
      )}
      <Section title={toys.length === 0 ? "None yet" : "Make your own"}>
        <p className="panel px-4 py-3 text-ink-2">
          <Command>npx trainer toy runs/toy --to http://127.0.0.1:3000</Command> plants them, trains
          on them and sends what it found, in a minute and without a language model.
        </p>
      </Section>
    </div>
  );
}
