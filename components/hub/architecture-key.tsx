/** The marks that the Pareto plot draws. */
export function ArchitectureKey() {
  return (
    <ul className="flex gap-4">
      <li className="flex items-center gap-1.5">
        <span className="size-2.5 rounded-full bg-positive" /> TopK
      </li>
      <li className="flex items-center gap-1.5">
        <span className="size-2.5 rounded-full border-[1.5px] border-negative bg-surface" /> ReLU +
        L1
      </li>
    </ul>
  );
}
