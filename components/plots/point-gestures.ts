import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";

export type Gestures = {
  /** by a factor around the middle */
  zoomBy: (factor: number) => void;
  /** by pixels of the page */
  panBy: (x: number, y: number) => void;
  reset: () => void;
  /** the plot's size is another */
  resize: (width: number, height: number) => void;
  end: () => void;
};

/** how far one may zoom in */
const deepest = 400;

/**
 * Lets a pointer, a wheel, two fingers move the view of a canvas; `isLasso` says whether a gesture that
 * begins is a selection and not this.
 */
export function gesturesOn(
  canvas: HTMLCanvasElement,
  {
    onView,
    isLasso,
  }: {
    onView: (view: ZoomTransform) => void;
    isLasso: (event: MouseEvent | TouchEvent) => boolean;
  },
): Gestures {
  const behaviour = zoom<HTMLCanvasElement, unknown>()
    .scaleExtent([1, deepest])
    .clickDistance(4)
    .filter((event: MouseEvent | TouchEvent) => {
      if (event.type === "wheel") return true;
      return !("button" in event && event.button) && !isLasso(event);
    })
    .on("zoom", ({ transform }: D3ZoomEvent<HTMLCanvasElement, unknown>) => onView(transform));
  const on = select<HTMLCanvasElement, unknown>(canvas).call(behaviour).on("dblclick.zoom", null);
  return {
    zoomBy: (factor) => behaviour.scaleBy(on, factor),
    panBy: (x, y) => {
      const { k } = (canvas as unknown as { __zoom: ZoomTransform }).__zoom;
      behaviour.translateBy(on, x / k, y / k);
    },
    reset: () => behaviour.transform(on, zoomIdentity),
    resize: (width, height) => {
      behaviour.extent([
        [0, 0],
        [width, height],
      ]);
      behaviour.translateExtent([
        [0, 0],
        [width, height],
      ]);
    },
    end: () => void on.on(".zoom", null),
  };
}
