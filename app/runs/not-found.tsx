import { NothingHere } from "@/components/hub/nothing-here.tsx";
import { runsPath } from "@/lib/routes.ts";

export default function NotFound() {
  return (
    <NothingHere title="No such run or sweep" href={runsPath} link="All runs">
      This hub has not heard of a run of that id or a sweep of that name.
    </NothingHere>
  );
}
