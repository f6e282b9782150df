/**
 * The file name of each artifact: tables are `<name>.json`, that of an evaluation with MLflow's metric prefix before it; other
 * artifacts are called as they are named. Names are made fit for
 * any file system (no folders, no hidden files, no two that differ by case only), and never that of a file of the result itself.
 */
export function artifactFiles(
  tables: readonly string[],
  artifacts: readonly string[],
  prefixes: ReadonlyMap<string, string> = new Map(),
): Readonly<Record<string, string>> {
  const taken = new Set<string>();
  const wanted = [
    ...tables.map((name) => [name, `${prefixes.get(name) ?? ''}${name}.json`] as const),
    ...artifacts.map((name) => [name, name] as const),
  ];
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

/** Whether the name is one file of the folder it is in, hidden from nobody: what a damaged or forged result may refer to. */
export function isPlainFileName(name: string): boolean {
  return name !== '' && name.length <= 200 && safeCharacters(name) === name;
}

/** Names over 255 bytes are refused by common file systems, and a character has up to four. */
const MOST_OF_STEM = 40;

function safeName(name: string): string {
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 && name.length - dot <= 12 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return safeCharacters([...stem].slice(0, MOST_OF_STEM).join('') + extension) || '_';
}

function safeCharacters(name: string): string {
  return name.replace(/[^\p{L}\p{M}\p{N} ._()+=@-]/gu, '_').replace(/^[. ]|[. ]$/gu, '_');
}

function firstFree(wanted: string, taken: ReadonlySet<string>): string {
  const file = isOfResult(wanted) ? `artifact_${wanted}` : wanted;
  const dot = file.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [file.slice(0, dot), file.slice(dot)] : [file, ''];
  let free = file;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${stem}_${number}${extension}`;
  return free;
}

function isOfResult(file: string): boolean {
  return /^(?:result\.json|rows(?:_\d+)?\.jsonl)$/iu.test(file);
}
