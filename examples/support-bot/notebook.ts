// A notebook without a kernel: its code cells as one module, run by Node, and what they print and show.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseSync } from 'oxc-parser';

export interface Notebook {
  readonly cells: readonly Cell[];
  readonly [key: string]: unknown;
}

export interface Cell {
  readonly id: string;
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly Output[];
  readonly [key: string]: unknown;
}

export type Output =
  | { readonly output_type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: readonly string[] }
  | {
      readonly output_type: 'execute_result';
      readonly execution_count: number;
      readonly metadata: object;
      readonly data: Readonly<Record<string, readonly string[]>>;
    };

/**
 * The notebook with the outputs that running it gives.
 *
 * @param file where the notebook lies: its imports are relative to it
 * @throws Error when the program of its cells fails, with what that said on stderr
 */
export async function runNotebook(notebook: Notebook, file: string): Promise<Notebook> {
  const child = spawn(process.execPath, ['--input-type=module-typescript'], { cwd: dirname(file) });
  child.stdin.end(moduleOf(notebook));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (exitCode !== 0) throw new Error(`The notebook ended with ${exitCode}:\n${stderr}`);
  const events: readonly CellEvent[] = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  let count = 0;
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== 'code') return cell;
    count += 1;
    return {
      ...cell,
      execution_count: count,
      outputs: outputsOf(
        events.filter(({ cell: id }) => id === cell.id),
        count,
      ),
    };
  });
  return { ...notebook, cells };
}

/** Which cells show something else than is stored, times and run ids aside: a sentence each. */
export function changedOutputs(stored: Notebook, run: Notebook): readonly string[] {
  return stored.cells.flatMap((cell, index) => {
    const [kept, now] = [cell, run.cells[index]].map((one) => masked(JSON.stringify(one?.outputs ?? [], null, 1)).split('\n'));
    const line = now?.findIndex((text, at) => text !== kept?.[at]) ?? -1;
    if (line === -1 && kept?.length === now?.length) return [];
    return [`Cell '${cell.id}' shows ${now?.[line] ?? 'less'}, and stored is ${kept?.[line] ?? 'less'}.`];
  });
}

/** One module, so that every cell sees what the ones before it declared; imports are hoisted, as modules do. */
export function moduleOf({ cells }: Notebook): string {
  const code = cells.filter(({ cell_type }) => cell_type === 'code');
  return [PRELUDE, ...code.map(({ id, source }) => `$enter(${JSON.stringify(id)});\n${showing(source.join(''))}`)].join('\n');
}

interface CellEvent {
  readonly cell: string;
  readonly stream?: 'stdout' | 'stderr';
  readonly text?: string;
  readonly shown?: Readonly<Record<string, string>>;
}

/** What a kernel does: text of the console goes to the cell that is running; a value is asked for its forms. */
const PRELUDE = `
let $cell = '';
const $tell = (event) => process.stdout.write(JSON.stringify({ cell: $cell, ...event }) + '\\n');
const $enter = (id) => { $cell = id; };
for (const [method, stream] of [['log', 'stdout'], ['info', 'stdout'], ['warn', 'stderr'], ['error', 'stderr']]) {
  console[method] = (...values) => { $tell({ stream, text: values.map(String).join(' ') + '\\n' }); };
}
const $show = async (value) => {
  if (value === undefined) return;
  const display = value?.[Symbol.for('Jupyter.display')];
  $tell({ shown: display === undefined ? { 'text/plain': String(value) } : await display.call(value) });
};
`;

/** A cell that ends with an expression shows its value. */
function showing(source: string): string {
  const { program, errors } = parseSync('cell.ts', source);
  if (errors.length > 0) throw new SyntaxError(`${errors[0]?.message} in\n${source}`);
  const last = program.body.at(-1);
  if (last?.type !== 'ExpressionStatement') return source;
  const { start, end } = last.expression;
  return `${source.slice(0, last.start)}await $show(${source.slice(start, end)});`;
}

function outputsOf(events: readonly CellEvent[], count: number): readonly Output[] {
  const outputs: Output[] = [];
  for (const { stream, text: said = '', shown } of events) {
    const last = outputs.at(-1);
    if (shown !== undefined) {
      const data = Object.fromEntries(Object.entries(shown).map(([type, content]) => [type, linesOf(content)]));
      outputs.push({ output_type: 'execute_result', execution_count: count, metadata: {}, data });
    } else if (stream !== undefined && last?.output_type === 'stream' && last.name === stream) {
      outputs.splice(-1, 1, { ...last, text: [...last.text, ...linesOf(said)] });
    } else if (stream !== undefined) outputs.push({ output_type: 'stream', name: stream, text: linesOf(said) });
  }
  return outputs;
}

/** As notebooks keep texts: a list of lines, each with its end. */
function linesOf(content: string): readonly string[] {
  return content.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

function masked(content: string): string {
  return content.replace(/\d+\.\d s\b/gu, '… s').replace(/\b[0-9a-f]{8}\b/gu, '…');
}
