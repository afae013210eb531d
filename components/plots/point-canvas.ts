import { type Disc, disc, drawPoints, type Picture, type View } from "./point-raster.ts";

/** more pixels to a pixel of the page than this are not seen in a cloud of discs */
const finest = 2;
/** a frame that takes longer, in ms, leaves too little of a sixtieth of a second for what else there is */
const slow = 9;

export type Drawing = {
  /** in order of drawing, in pixels of the page */
  x: Float32Array;
  y: Float32Array;
  colors: Uint32Array;
  surface: number;
  /** of a disc, in pixels of the page */
  radius: number;
};

/** A canvas that holds one picture of points and draws it anew whenever it is asked to. */
export class PointCanvas {
  #context: CanvasRenderingContext2D;
  #image: ImageData | null = null;
  #picture: Picture | null = null;
  #ratio = 1;
  #disc: Disc | null = null;
  #radius = 0;
  #size = { width: 0, height: 0 };
  #isSlow = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d", { alpha: false }) as CanvasRenderingContext2D;
  }

  /** The canvas' size in pixels of the page; on a fine screen it has more of its own. */
  resize(width: number, height: number): void {
    this.#size = { width, height };
    this.#isSlow = false;
    this.#allocate(Math.min(finest, devicePixelRatio));
  }

  #allocate(ratio: number): void {
    const { canvas } = this.#context;
    const { width, height } = this.#size;
    this.#ratio = ratio;
    canvas.width = Math.max(1, Math.round(width * this.#ratio));
    canvas.height = Math.max(1, Math.round(height * this.#ratio));
    this.#image = this.#context.createImageData(canvas.width, canvas.height);
    const pixels = new Uint32Array(this.#image.data.buffer);
    this.#picture = { pixels, width: canvas.width, height: canvas.height };
  }

  /** Where that takes long, a picture that is moving has but one pixel for each of the page. */
  draw({ x, y, colors, surface, radius }: Drawing, view: View, isMoving: boolean): void {
    const begun = performance.now();
    const ratio = isMoving && this.#isSlow ? 1 : Math.min(finest, devicePixelRatio);
    if (this.#size.width === 0) return;
    if (ratio !== this.#ratio) this.#allocate(ratio);
    if (!this.#picture || !this.#image) return;
    if (!this.#disc || radius * ratio !== this.#radius) {
      this.#radius = radius * ratio;
      this.#disc = disc(this.#radius);
    }
    this.#picture.pixels.fill(surface);
    const scaled = { k: view.k * ratio, x: view.x * ratio, y: view.y * ratio };
    drawPoints(this.#picture, { x, y, colors }, scaled, this.#disc);
    this.#context.putImageData(this.#image, 0, 0);
    if (ratio > 1) this.#isSlow = performance.now() - begun > slow;
  }
}
