import "server-only";

type Place = { context: number; position: number };

/** The tokens at some places of the contexts, each wanted for a row; contexts come in any order. */
export class TokensAt {
  #position: number[] = [];
  #token: number[] = [];
  #rowsOf = new Map<number, number[]>();

  expect(row: number, { context, position }: Place): void {
    this.#position[row] = position;
    const rows = this.#rowsOf.get(context);
    if (rows) rows.push(row);
    else this.#rowsOf.set(context, [row]);
  }

  resolve(context: number, tokens: number[]): void {
    for (const row of this.#rowsOf.get(context) ?? []) {
      const token = tokens[this.#position[row] ?? -1];
      if (token !== undefined) this.#token[row] = token;
    }
  }

  of(row: number): number | null {
    return this.#token[row] ?? null;
  }
}
