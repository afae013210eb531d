import type { ReactNode } from "react";

/** globals.css, by day, for pictures that are drawn without a style sheet */
export const card = {
  paper: "#fbfaf7",
  line: "#e2ded8",
  ink: "#1e1915",
  ink2: "#5f5852",
  accent: "#ae3f1e",
};

export const cardSize = { width: 1200, height: 630 };

type Props = { place: string; title: string; children?: ReactNode };

/** The frame of every link preview. Satori draws it: flex boxes and inline styles only. */
export function CardFrame({ place, title, children }: Props) {
  return (
    <div
      style={{
        display: "flex",
        flexDirection: "column",
        justifyContent: "space-between",
        width: "100%",
        height: "100%",
        padding: "52px 64px",
        background: card.paper,
        color: card.ink,
        fontFamily: "Geist",
      }}
    >
      <div style={{ display: "flex", flexDirection: "column", gap: 6 }}>
        <div style={{ display: "flex", justifyContent: "space-between", fontSize: 26 }}>
          <span style={{ color: card.ink2, fontFamily: "Geist Mono" }}>{place}</span>
          <span style={{ color: card.accent }}>Dictionary Hub</span>
        </div>
        <span style={{ fontSize: 68, fontWeight: 700, letterSpacing: -2.5 }}>{title}</span>
      </div>
      {children}
    </div>
  );
}
