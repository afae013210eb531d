/** What the model loses when x̂ or zeros are spliced in: sums over every token added, divided once. */
export class Losses {
  tokens = 0;
  #clean = 0;
  #sae = 0;
  #zero = 0;
  #kl = 0;

  /** next-token cross-entropies of one position: untouched, with x̂, with zeros; KL(clean ‖ x̂) */
  add(ce_clean: number, ce_sae: number, ce_zero: number, kl_sae: number): void {
    this.#clean += ce_clean;
    this.#sae += ce_sae;
    this.#zero += ce_zero;
    this.#kl += kl_sae;
    this.tokens++;
  }

  get ce_clean(): number {
    return this.#clean / this.tokens;
  }

  get ce_sae(): number {
    return this.#sae / this.tokens;
  }

  get ce_zero(): number {
    return this.#zero / this.tokens;
  }

  get ce_diff(): number {
    return (this.#sae - this.#clean) / this.tokens;
  }

  get ce_loss_recovered(): number {
    return (this.#zero - this.#sae) / (this.#zero - this.#clean);
  }

  get kl_sae(): number {
    return this.#kl / this.tokens;
  }
}
