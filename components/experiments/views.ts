import type { ExperimentName } from "trainer/bundle";
import { AcrossLayersView } from "./across-layers-view.tsx";
import { CeDiffView } from "./ce-diff-view.tsx";
import { ConnectionsView } from "./connections-view.tsx";
import { FinetuneView } from "./finetune-view.tsx";
import { LayersView } from "./layers-view.tsx";
import { NormsView } from "./norms-view.tsx";
import { OrthogonalityView } from "./orthogonality-view.tsx";
import { RemoveFrequentView } from "./remove-frequent-view.tsx";
import { RemoveLowestView } from "./remove-lowest-view.tsx";
import { SingleTokenView } from "./single-token-view.tsx";
import { StackingView } from "./stacking-view.tsx";
import { UmapView } from "./umap-view.tsx";
import type { ExperimentView } from "./view.ts";
import { WidthView } from "./width-view.tsx";

export const experimentViews: { [Name in ExperimentName]: ExperimentView<Name> } = {
  ce_diff: CeDiffView,
  umap: UmapView,
  across_layers: AcrossLayersView,
  remove_lowest: RemoveLowestView,
  remove_frequent: RemoveFrequentView,
  layers: LayersView,
  finetune: FinetuneView,
  stacking: StackingView,
  orthogonality: OrthogonalityView,
  width: WidthView,
  connections: ConnectionsView,
  norms: NormsView,
  single_token: SingleTokenView,
};
