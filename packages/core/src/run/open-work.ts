/** Work that was begun and is not awaited piece by piece. Counts it, keeps the first error, and tells when all of it is over. */
export class OpenWork {
  readonly #onTrouble: () => void;
  #open = 0;
  #trouble: { readonly error: unknown } | undefined;
  #over: (() => void) | undefined;

  /** @param onTrouble told when a piece is rejected */
  constructor(onTrouble: () => void) {
    this.#onTrouble = onTrouble;
  }

  get troubled(): boolean {
    return this.#trouble !== undefined;
  }

  /** Something began that ends with a call of {@link end}. */
  begin(): void {
    this.#open++;
  }

  readonly end = (): void => {
    this.#open--;
    if (this.#open === 0) this.#over?.();
  };

  /** Something began that ends when the promise is settled. */
  add(work: PromiseLike<unknown>): void {
    this.begin();
    work.then(this.end, (error: unknown) => {
      this.#trouble ??= { error };
      this.#onTrouble();
      this.end();
    });
  }

  /** Resolves when nothing is open any more; what is added meanwhile counts. @throws the first error */
  async over(): Promise<void> {
    if (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#over = resolve;
      });
    }
    if (this.#trouble !== undefined) throw this.#trouble.error;
  }
}
