import { EmbedTheme } from "@/components/embed/embed-frame.tsx";

export default function NotFound() {
  return (
    <EmbedTheme theme="auto">
      <h1 className="font-serif text-xl">Nothing to show here</h1>
      <p className="mt-2 text-ink-2">
        This is not on the hub, not any more, or not for everybody.{" "}
        <a href="/" target="_blank" rel="noopener" className="link">
          What is there
        </a>
      </p>
    </EmbedTheme>
  );
}
