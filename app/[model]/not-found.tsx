import { NothingHere } from "@/components/hub/nothing-here.tsx";

export default function NotFound() {
  return (
    <NothingHere title="No such model or dictionary" href="/" link="All models and dictionaries">
      This hub holds no model or dictionary of that name, or no such revision of it. Names are in
      lower case; a model appears with its first dictionary.
    </NothingHere>
  );
}
