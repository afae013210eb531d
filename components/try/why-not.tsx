/** Why there is no answer; a command in it stands apart, ready to be copied. */
export function WhyNot({ why }: { why: string }) {
  const [said = "", command] = why.split(/: (?=npx trainer )/);
  return (
    <div role="alert" className="panel px-4 py-3 text-[0.8125rem] wrap-anywhere">
      <p className="text-danger">
        {said}
        {command && ":"}
      </p>
      {command && (
        <code className="mt-2 block rounded bg-sunken px-2 py-1 text-ink select-all">
          {command}
        </code>
      )}
    </div>
  );
}
