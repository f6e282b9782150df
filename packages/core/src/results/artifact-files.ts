/**
 * The file name of each artifact: tables are `<name>.json`, other artifacts are called as they are named. Names are made fit for
 * any file system (no folders, no hidden files, no two that differ by case only), and never that of a file of the result itself.
 */
export function artifactFiles(tables: readonly string[], artifacts: readonly string[]): Readonly<Record<string, string>> {
  const taken = new Set<string>();
  const wanted = [...tables.map((name) => [name, `${name}.json`] as const), ...artifacts.map((name) => [name, name] as const)];
  return Object.fromEntries(
    wanted.map(([name, file]) => {
      const free = firstFree(safeName(file), taken);
      taken.add(free.toLowerCase());
      return [name, free];
    }),
  );
}

/** The document of a saved result, and what each saved evaluation's scored rows are written to. */
export const RESULT_FILE = 'result.json';

export function rowsFile(position: number): string {
  return position === 0 ? 'rows.jsonl' : `rows_${position + 1}.jsonl`;
}

/** Whether the name is one file in the folder it is in: what a damaged or forged result may refer to. */
export function isPlainFileName(name: string): boolean {
  return name === safeName(name);
}

function safeName(name: string): string {
  const safe = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()+=@-]/gu, '_')
    .replace(/^[. ]+|[. ]+$/gu, '_');
  // Longer names are refused by common file systems (255 bytes; a character has up to four).
  return [...safe].slice(0, 60).join('') || '_';
}

function firstFree(file: string, taken: ReadonlySet<string>): string {
  const dot = file.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [file.slice(0, dot), file.slice(dot)] : [file, ''];
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? file : `${stem}_${number}${extension}`;
    const lower = candidate.toLowerCase();
    if (!taken.has(lower) && lower !== RESULT_FILE && !/^rows(?:_\d+)?\.jsonl$/u.test(lower)) return candidate;
  }
}
