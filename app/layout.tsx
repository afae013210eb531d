import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import { GeistSerifRegular } from "geist/font/serif/regular";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { Footer } from "@/components/hub/footer.tsx";
import { Header } from "@/components/hub/header.tsx";
import { Tips } from "@/components/ui/tips.tsx";
import { signInWays } from "@/server/accounts/ways.ts";
import { requestOrigin } from "@/server/origin.ts";
import { viewer } from "@/server/viewer.ts";
import "./globals.css";

const description =
  "Train, browse and share sparse autoencoder dictionaries of language models: metrics with their formulas, features with their examples.";

export async function generateMetadata(): Promise<Metadata> {
  return {
    metadataBase: new URL(await requestOrigin()),
    title: { default: "Dictionary Hub", template: "%s · Dictionary Hub" },
    description,
    openGraph: { siteName: "Dictionary Hub", type: "website" },
    twitter: { card: "summary_large_image" },
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fbfaf8" },
    { media: "(prefers-color-scheme: dark)", color: "#130f0d" },
  ],
};

/**
 * Runs before the first paint, so that a chosen theme never flashes the other (see theme-toggle.tsx).
 * It holds none of the characters that HTML would escape.
 */
const themeScript =
  "try{const t=localStorage.theme;if(t)document.documentElement.dataset.theme=t}catch{}";

const fonts = `${GeistSans.variable} ${GeistMono.variable} ${GeistSerifRegular.variable}`;

export default async function RootLayout({ children }: { children: ReactNode }) {
  const seen = await viewer(); // first: it reads the request, and a build has none, nor an environment
  const user = signInWays() ? seen : undefined;
  return (
    <html lang="en" className={fonts} suppressHydrationWarning>
      <head>
        <script>{themeScript}</script>
      </head>
      <body className="flex min-h-dvh flex-col">
        <Header user={user} />
        <main id="content" className="page-width flex-1 pt-8">
          {children}
        </main>
        <Footer />
        <Tips />
      </body>
    </html>
  );
}
