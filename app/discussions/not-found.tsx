import { NothingHere } from "@/components/hub/nothing-here.tsx";
import { discussionsPath } from "@/lib/routes.ts";

export default function NotFound() {
  return (
    <NothingHere title="No such discussion" href={discussionsPath} link="All discussions">
      This hub has no discussion of that address; whoever began it may have removed it.
    </NothingHere>
  );
}
