import { NothingHere } from "@/components/hub/nothing-here.tsx";
import { toysPath } from "@/lib/routes.ts";

export default function NotFound() {
  return (
    <NothingHere title="No such toy" href={toysPath} link="All toys">
      This hub has no toy of that address.
    </NothingHere>
  );
}
