export interface BenchRow {
  readonly question: string;
  readonly target: string;
}

/** Short rows, all different: what is measured is the harness. */
export function makeRows(count: number): readonly BenchRow[] {
  return Array.from({ length: count }, (_, index) => ({ question: `question ${index}`, target: `answer ${index}` }));
}
