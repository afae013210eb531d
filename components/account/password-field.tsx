import type { SignInWays } from "@/lib/views.ts";
import { Field } from "../ui/field.tsx";

type Props = { name: string; length: SignInWays["password"]; label?: string };

/** A new password. */
export function PasswordField({ name, length, label = "Password" }: Props) {
  return (
    <Field label={`${label}, at least ${length.least} characters`}>
      <input
        name={name}
        type="password"
        required
        minLength={length.least}
        maxLength={length.most}
        autoComplete="new-password"
        className="field w-full"
      />
    </Field>
  );
}
