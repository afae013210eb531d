import { NothingHere } from "@/components/hub/nothing-here.tsx";

export default function NotFound() {
  return (
    <NothingHere title="No such datapoint" href="/" link="All models and dictionaries">
      Nothing was measured there: a dictionary has the losses of those contexts that its datapoints
      lie in, at every token but the last. Or this hub holds no such dictionary or revision.
    </NothingHere>
  );
}
