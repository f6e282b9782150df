/** Sums of the row statistics of one metric, by trial. */
export class StatisticSums {
  readonly #trials = new Map<number, { readonly total: number[]; rows: number }>();

  #uneven: string | undefined;

  add(trial: number, statistics: readonly number[]): void {
    const sums = this.#trials.get(trial);
    if (sums === undefined) {
      this.#trials.set(trial, { total: [...statistics], rows: 1 });
      return;
    }
    if (sums.total.length !== statistics.length) {
      this.#uneven ??= `a row has ${statistics.length} statistics where the rows before had ${sums.total.length}`;
      return;
    }
    for (const [index, value] of statistics.entries()) sums.total[index] = (sums.total[index] ?? 0) + value;
    sums.rows++;
  }

  /** In the order of trials. @throws when some row had more or fewer statistics than the others: then there is no sum */
  trials(): readonly { readonly total: readonly number[]; readonly rows: number }[] {
    if (this.#uneven !== undefined) throw new Error(this.#uneven);
    return [...this.#trials].sort(([a], [b]) => a - b).map(([, sums]) => sums);
  }
}
