/** What can be made: kind → one line. Each has a folder of its name in `templates`. */
export const kinds = {
  metric: 'a score for each row, computed',
  'judge-metric': 'a score for each row, by a language model and a rubric',
  model: 'models of a service, by URI',
  dataset: 'a loader of data files',
  evaluator: 'metrics for a kind of task, and a conclusion from all rows',
  tracker: 'another place that is told of runs',
  store: 'where runs are kept',
} as const;

export type Kind = keyof typeof kinds;

export function isKind(name: string): name is Kind {
  return Object.hasOwn(kinds, name);
}

/** Packages that a plug-in of the kind needs beside core: at run time (as peers), and where it is tested. */
export const needs: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  'judge-metric': ['@touchstone/metric-genai'],
};

/** The kinds, a line each. @param numbered with the numbers by which they can be chosen */
export function listOfKinds(numbered = false): string {
  const width = Math.max(...Object.keys(kinds).map((kind) => kind.length));
  return Object.entries(kinds)
    .map(([kind, line], index) => `  ${numbered ? `${index + 1}  ` : ''}${kind.padEnd(width)}  ${line}`)
    .join('\n');
}
