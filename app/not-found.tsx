import { NothingHere } from "@/components/hub/nothing-here.tsx";

export default function NotFound() {
  return (
    <NothingHere title="Nothing at this address" href="/" link="All models and dictionaries">
      Check the address for a slip, or search above for a model, a dictionary, or a feature as
      model/dictionary/index.
    </NothingHere>
  );
}
