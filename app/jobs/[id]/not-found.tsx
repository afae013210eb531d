import { NothingHere } from "@/components/hub/nothing-here.tsx";

export default function NotFound() {
  return (
    <NothingHere title="No such job" href="/upload" link="Upload a dictionary">
      No upload of that id is known here. If you have the files, upload them again: what is already
      on the hub is not stored twice.
    </NothingHere>
  );
}
