import { Field } from "../ui/field.tsx";

/** The address that somebody signs in with. */
export function EmailField({ label = "E-mail" }: { label?: string }) {
  return (
    <Field label={label}>
      <input name="email" type="email" required autoComplete="username" className="field w-full" />
    </Field>
  );
}
