import type { FeatureRecord } from "trainer/bundle";
import { Histogram } from "../plots/histogram.tsx";
import { Section } from "../ui/section.tsx";

/** How strong the feature is when it is active. */
export function ActivationHistogram({ record }: { record: FeatureRecord }) {
  return (
    <Section title="Activations">
      <div className="panel p-4">
        <Histogram
          bins={{ counts: record.activation_histogram, min: 0, max: record.max_activation }}
          label="Activations above zero, counts on a log scale"
          unit="tokens"
          xTitle="activation"
          yTitle="Counted tokens (log)"
        />
      </div>
    </Section>
  );
}
