import type { OnnxGraph, Value } from "./graph.ts";

/** x · Wᵀ + b with W [out, in], or x · W + b with W [in, out]. */
type Product = { x: Value; W: Value; b: Value | undefined; shape: [number, number]; transB: 0 | 1 };

/**
 * The products of a graph, remembered: a part of a product's columns is the product with a part of the weights,
 * which the runtime cuts once, instead of columns that are copied in each run.
 */
export class Products {
  #graph: OnnxGraph;
  #made = new Map<Value, Product>();

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
  }

  make(product: Product): Value {
    const { x, W, b, transB } = product;
    const value = this.#graph.node("Gemm", b === undefined ? [x, W] : [x, W, b], { transB });
    this.#made.set(value, product);
    return value;
  }

  width(value: Value): number {
    const { shape, transB } = this.#get(value);
    return shape[1 - transB];
  }

  /** The product's columns are `groups` times `parts` times some: of each group, this part. */
  part(value: Value, part: number, parts: number, groups: number): Value {
    const { x, W, b, shape, transB } = this.#get(value);
    const width = this.width(value) / parts;
    const cut = (x: Value, before: number[], after: number[], columns: number[]) => {
      const apart = this.#reshape(x, ...before, groups, parts, width / groups, ...after);
      const index = this.#graph.constant({ shape: [], data: BigInt64Array.of(BigInt(part)) });
      const one = this.#graph.node("Gather", [apart, index], { axis: before.length + 1 });
      return this.#reshape(one, ...columns);
    };
    const bias = b === undefined ? b : cut(b, [], [], [width]);
    if (transB) {
      const cutShape: [number, number] = [width, shape[1]];
      return this.make({
        x,
        W: cut(W, [], [shape[1]], cutShape),
        b: bias,
        shape: cutShape,
        transB,
      });
    }
    const cutShape: [number, number] = [shape[0], width];
    return this.make({ x, W: cut(W, [shape[0]], [], cutShape), b: bias, shape: cutShape, transB });
  }

  #reshape(x: Value, ...shape: number[]): Value {
    return this.#graph.node("Reshape", [x, this.#graph.ints(shape)]);
  }

  #get(value: Value): Product {
    const product = this.#made.get(value);
    if (!product) throw new Error("only a product with weights can be cut into heads and parts");
    return product;
  }
}
