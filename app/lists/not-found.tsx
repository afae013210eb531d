import { NothingHere } from "@/components/hub/nothing-here.tsx";
import { listsPath } from "@/lib/routes.ts";

export default function NotFound() {
  return (
    <NothingHere title="No such list" href={listsPath} link="All lists">
      This hub has no list of that address, or none that you may see.
    </NothingHere>
  );
}
