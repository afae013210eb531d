import Link from "next/link";
import {
  metricsPath,
  openapiPath,
  runsPath,
  statusPath,
  toysPath,
  uploadPath,
} from "@/lib/routes.ts";

export function Footer() {
  return (
    <footer className="mt-20 border-t border-line">
      <div className="page-width flex flex-wrap gap-x-6 gap-y-2 py-6 text-xs text-ink-2">
        <p className="mr-auto">
          Dictionary Hub: sparse dictionaries of language models, in the open.
        </p>
        <Link href={metricsPath} className="hover:text-accent">
          Metrics and formulas
        </Link>
        <Link href={runsPath} className="hover:text-accent">
          Runs
        </Link>
        <Link href={toysPath} className="hover:text-accent">
          Toys
        </Link>
        <Link href={uploadPath} className="hover:text-accent">
          Upload
        </Link>
        <Link href={statusPath} className="hover:text-accent">
          Status
        </Link>
        <a href={openapiPath} className="hover:text-accent">
          API (OpenAPI)
        </a>
      </div>
    </footer>
  );
}
