/** What the judge behind HTTP answers. @param of what it was asked: `<key>-<trial>-<question>` */
export function judgement(of: string, points: number): string {
  return `${points} points for ${of}`;
}

/** Finds one, also within JSON. */
export function judgementIn(text: string): { readonly of: string; readonly points: number } | undefined {
  const [, points, of] = /([\d.]+) points for (q\d+-\d+-\w+)/u.exec(text) ?? [];
  return of === undefined ? undefined : { of, points: Number(points) };
}
