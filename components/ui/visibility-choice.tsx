import type { ComponentProps } from "react";
import { visibilities } from "@/lib/views.ts";

const meanings = {
  public: "listed and found by everybody",
  unlisted: "for whoever has its address",
  private: "for you and for maintainers",
};

/** Who may see a dictionary, each with what it means. */
export function VisibilityChoice(props: Omit<ComponentProps<"select">, "className" | "name">) {
  return (
    <select name="visibility" className="field max-w-full" {...props}>
      {visibilities.map((one) => (
        <option key={one} value={one}>
          {one}: {meanings[one]}
        </option>
      ))}
    </select>
  );
}
