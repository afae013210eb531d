import { PointCanvas } from "./point-canvas.ts";
import { muted, type Paint } from "./point-colors.ts";
import { type Fit, fitOf, placePoints, placesOf, radiusOf } from "./point-fit.ts";
import { type Gestures, gesturesOn } from "./point-gestures.ts";
import { nearestPoint, type PointGrid, pointGrid } from "./point-grid.ts";
import type { View } from "./point-raster.ts";

/** A point under the pointer, and where in the map that is, in pixels of the page; the map is so wide. */
export type Hover = { point: number; x: number; y: number; width: number; isTouch: boolean };

/** What a map shows, and what it tells of. */
export type MapState = {
  x: Float32Array;
  y: Float32Array;
  paint: Paint;
  /** the map's own colour, and that of points which a selection leaves out */
  paper: { surface: number; faded: number };
  /** 1 for each selected point; null: nothing is selected */
  selected: Uint8Array | null;
  /** whether dragging draws a lasso; with shift it always does */
  selecting: boolean;
  onHover: (hover: Hover | null) => void;
  onOpen: (point: number) => void;
  /** a lasso's corners, x and y in turn, in the coordinates of x and y */
  onSelect: (lasso: number[]) => void;
};

/** how far from a point the pointer may be, in pixels of the page */
const near = { mouse: 7, touch: 18 };
/** a view that has not changed for so long, in ms, is at rest */
const rest = 150;

/** The part of a map that lives outside React: it draws at most once a frame, whatever happens between two. */
export class LiveMap {
  readonly gestures: Gestures;
  #canvas: HTMLCanvasElement;
  #outline: SVGPolygonElement;
  #ring: SVGCircleElement;
  #props: { readonly current: MapState };
  #painter: PointCanvas;
  #listeners = new AbortController();
  #observer: ResizeObserver;
  #frame = 0;
  #view: View = { k: 1, x: 0, y: 0 };
  #fit: Fit = { scale: 1, left: 0, top: 0 };
  #placed: { x: Float32Array; y: Float32Array } = { x: new Float32Array(), y: new Float32Array() };
  #grid: PointGrid = pointGrid(new Float32Array(), new Float32Array(), 1, 1);
  #drawn = { x: new Float32Array(), y: new Float32Array(), colors: new Uint32Array() };
  #hovered: number | null = null;
  /** x and y in turn, in the places of the points, so that it stays where it is when the view moves */
  #lasso: number[] | null = null;
  #pointerType = "mouse";
  #isMoving = false;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    canvas: HTMLCanvasElement,
    outline: SVGPolygonElement,
    ring: SVGCircleElement,
    props: { readonly current: MapState },
  ) {
    this.#canvas = canvas;
    this.#outline = outline;
    this.#ring = ring;
    this.#props = props;
    this.#painter = new PointCanvas(canvas);
    this.gestures = gesturesOn(canvas, {
      onView: (view) => {
        this.#view = view;
        this.#hover(null);
        clearTimeout(this.#resting);
        this.#isMoving = true;
        this.#resting = setTimeout(() => {
          this.#isMoving = false;
          this.#invalidate();
        }, rest);
        this.#invalidate();
      },
      isLasso: (event) => {
        if ("touches" in event && event.touches.length > 1) return false;
        return event.shiftKey || this.#props.current.selecting;
      },
    });
    const options = { signal: this.#listeners.signal };
    canvas.addEventListener("pointerdown", (event) => this.#press(event), options);
    canvas.addEventListener("pointermove", (event) => this.#move(event), options);
    canvas.addEventListener("pointerup", () => this.#release(), options);
    canvas.addEventListener("pointercancel", () => this.#outlineOf(null), options);
    canvas.addEventListener("pointerleave", () => this.#hover(null), options);
    canvas.addEventListener("click", (event) => this.#click(event), options);
    this.#observer = new ResizeObserver(() => {
      this.place();
      this.color();
    });
    this.#observer.observe(canvas);
  }

  end(): void {
    this.#listeners.abort();
    this.#observer.disconnect();
    this.gestures.end();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#resting);
  }

  /** The points have moved, or the canvas has another size. */
  place(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0 || height === 0) return;
    const { x, y } = this.#props.current;
    this.#fit = fitOf(x, y, width, height);
    this.#placed = placePoints(this.#fit, x, y);
    this.#grid = pointGrid(this.#placed.x, this.#placed.y, width, height);
    this.#painter.resize(width, height);
    this.gestures.resize(width, height);
    this.#invalidate();
  }

  /** The points have other colours, or another order. */
  color(): void {
    const { paint, paper, selected } = this.#props.current;
    const { colors, order } = selected ? muted(paint, selected, paper.faded) : paint;
    const { x, y } = this.#placed;
    if (x.length !== order.length) return;
    this.#drawn = {
      x: Float32Array.from(order, (i) => x[i] as number),
      y: Float32Array.from(order, (i) => y[i] as number),
      colors: Uint32Array.from(order, (i) => colors[i] as number),
    };
    this.#invalidate();
  }

  #invalidate(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const { surface } = this.#props.current.paper;
      const radius = radiusOf(this.#drawn.x.length, this.#view.k);
      this.#painter.draw({ ...this.#drawn, surface, radius }, this.#view, this.#isMoving);
      this.#mark(radius);
    });
  }

  /** Draws what lies above the points: the ring of the one under the pointer, and the lasso. */
  #mark(radius: number): void {
    const { k, x, y } = this.#view;
    const at = this.#hovered;
    this.#ring.setAttribute("visibility", at === null ? "hidden" : "visible");
    if (at !== null) {
      this.#ring.setAttribute("cx", String((this.#placed.x[at] as number) * k + x));
      this.#ring.setAttribute("cy", String((this.#placed.y[at] as number) * k + y));
      this.#ring.setAttribute("r", String(radius + 3));
    }
    const lasso = this.#lasso ?? [];
    const corners = lasso.map((value, i) => value * k + (i % 2 === 0 ? x : y));
    this.#outline.setAttribute("points", corners.join(" "));
  }

  /** A place on the canvas among the points, whatever the view is. */
  #placeOf({ offsetX, offsetY }: MouseEvent): [number, number] {
    const { k, x, y } = this.#view;
    return [(offsetX - x) / k, (offsetY - y) / k];
  }

  #pointAt(event: MouseEvent): number | null {
    const reach = this.#pointerType === "mouse" ? near.mouse : near.touch;
    return nearestPoint(this.#grid, ...this.#placeOf(event), reach / this.#view.k);
  }

  #press(event: PointerEvent): void {
    this.#pointerType = event.pointerType;
    if (!event.isPrimary) this.#outlineOf(null); // a second finger: it is a pinch
    const isLasso = event.shiftKey || this.#props.current.selecting;
    if (!event.isPrimary || event.button !== 0 || !isLasso) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#outlineOf(this.#placeOf(event));
  }

  #move(event: PointerEvent): void {
    if (this.#lasso) this.#outlineOf([...this.#lasso, ...this.#placeOf(event)]);
    else if (event.buttons === 0) this.#hover(event);
  }

  #release(): void {
    const lasso = this.#lasso;
    this.#outlineOf(null);
    if (lasso) this.#props.current.onSelect(placesOf(this.#fit, lasso));
  }

  #outlineOf(lasso: number[] | null): void {
    if (this.#lasso === lasso) return;
    this.#lasso = lasso;
    this.#invalidate();
  }

  #hover(event: MouseEvent | null): void {
    const point = event && this.#pointAt(event);
    if (point === this.#hovered) return;
    this.#hovered = point;
    this.#invalidate();
    this.#canvas.style.cursor = point === null ? "" : "pointer";
    this.#props.current.onHover(
      event && point !== null
        ? {
            point,
            x: event.offsetX,
            y: event.offsetY,
            width: this.#canvas.clientWidth,
            isTouch: this.#pointerType !== "mouse",
          }
        : null,
    );
  }

  /** A click opens; a finger, which cannot hover, is shown the point first. */
  #click(event: MouseEvent): void {
    if (event.shiftKey || this.#props.current.selecting) return;
    const point = this.#pointAt(event);
    if (this.#pointerType !== "mouse") this.#hover(event);
    else if (point !== null) this.#props.current.onOpen(point);
  }
}
