import { NothingHere } from "@/components/hub/nothing-here.tsx";

export default function NotFound() {
  return (
    <NothingHere title="No such feature" href="/" link="All models and dictionaries">
      Features are counted from 0 to one less than the dictionary's size. Either the number is
      beyond it, or this hub holds no such dictionary or revision.
    </NothingHere>
  );
}
