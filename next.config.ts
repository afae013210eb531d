import type { NextConfig } from "next";

/** Pages load nothing from another host, and the browser holds them to it. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'", // Next starts its pages with inline scripts
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

/** What is made for frames of other pages may be shown in any. */
const embedPolicy = contentSecurityPolicy.replace("frame-ancestors 'self'", "frame-ancestors *");

const headers = [
  { key: "Content-Security-Policy", value: contentSecurityPolicy },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
];

const config: NextConfig = {
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  transpilePackages: ["server-only"], // in pages/api Node would load it, and it would throw
  turbopack: { root: import.meta.dirname },
  serverExternalPackages: ["pg", "pg-boss", "pg-copy-streams", "@prisma/adapter-pg"],
  typescript: { ignoreBuildErrors: true }, // `npm run check` is the one place for types
  experimental: { useTypeScriptCli: true }, // TypeScript 7 has no compiler API for Next to call
  images: { unoptimized: true },
  poweredByHeader: false,
  headers: async () =>
    process.env.NODE_ENV === "production"
      ? [
          { source: "/:path*", headers },
          {
            source: "/embed/:path*",
            headers: [{ key: "Content-Security-Policy", value: embedPolicy }],
          },
        ]
      : [],
};

export default config;
