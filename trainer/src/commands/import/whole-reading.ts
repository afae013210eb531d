import {
  type ForeignDictionary,
  type Reading,
  type ReadingKey,
  reading,
  type SaidReading,
  UsageError,
  unsaid,
} from "../../bundle/index.ts";
import { format, listFlags } from "../flags.ts";

type Whole = { reading: Reading; because: ForeignDictionary["because"] };

/** What was given goes before what the files say, and what follows from both is filled in; the rest must be given. */
export function wholeReading(described: ForeignDictionary, given: SaidReading): Whole {
  const { where, reading: said, because: reasons } = described;
  const merged: SaidReading = { ...said, ...given };
  const because = { ...reasons };
  for (const key of Object.keys(given) as ReadingKey[])
    if (said[key] === undefined) because[key] = `--${key}`;
    else if (said[key] !== given[key])
      because[key] = `--${key}, where the files say ${format(said[key])} (${reasons[key] ?? ""})`;
  for (const [key, value] of Object.entries(implied(merged)) as [ReadingKey, never][]) {
    if (given[key] !== undefined || merged[key] === value) continue;
    merged[key] = value;
    because[key] = `architecture is ${merged.architecture}`;
  }
  const missing = unsaid(merged);
  if (missing.length > 0) throw mustBeGiven(where, missing);
  return { reading: reading.parse(merged), because };
}

/** Only topk has a k, and a choice of what its features are ranked by. */
function implied({ architecture }: SaidReading): SaidReading {
  if (architecture === undefined || architecture === "topk") return {};
  return { k: null, rescale_acts_by_decoder_norm: false };
}

function mustBeGiven(where: string, missing: ReadingKey[]): UsageError {
  const lines = listFlags(reading.partial())
    .filter(({ name }) => missing.includes(name as ReadingKey))
    .map(({ name, description, expected }) => `  --${name}  ${description} (${expected})`);
  return new UsageError(
    `${where}: its files do not say all of how its numbers are to be read; give\n${lines.join("\n")}`,
  );
}
