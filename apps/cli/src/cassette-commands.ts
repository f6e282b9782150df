import { type CassetteProblem, type CassetteReport, checkCassette, pruneCassette } from '@touchstone/core';
import { EXIT } from './exit-codes.ts';
import { print } from './say.ts';

interface CassetteFlags {
  readonly json?: boolean;
}

/** `touchstone cassette check FILE`: what is wrong with it is the result, and the exit code says whether there is something. */
export async function cassetteCheckCommand(file: string, flags: CassetteFlags): Promise<number> {
  const report = await checkCassette(file);
  await print(flags.json === true ? JSON.stringify(report, null, 2) : reportText(report));
  return report.problems.length === 0 ? EXIT.ok : EXIT.failed;
}

/** `touchstone cassette prune FILE`: drops what the last use did not ask for. */
export async function cassettePruneCommand(file: string, flags: CassetteFlags): Promise<number> {
  const pruned = await pruneCassette(file);
  const { kept, dropped, lastUse } = pruned;
  const text = `Dropped ${dropped} of ${countOf(kept + dropped, 'call')}: ${dropped === 0 ? 'all were' : 'the others were'} asked for in the last use (${lastUse.mode}, ${lastUse.at}).`;
  await print(flags.json === true ? JSON.stringify(pruned, null, 2) : text);
  return EXIT.ok;
}

function reportText(report: CassetteReport): string {
  const { file, calls, problems } = report;
  const found = problems.length === 0 ? 'in order' : countOf(problems.length, 'problem');
  return [`${file}: ${countOf(calls, 'call')}, ${found}`, ...problems.map(problemText), usedText(report)].join('\n');
}

function problemText({ line, message }: CassetteProblem): string {
  return line === undefined ? `  ${message}` : `  line ${line}: ${message}`;
}

function usedText({ file, unused, lastUse }: CassetteReport): string {
  if (lastUse === undefined) return 'What of it is needed is not known: nobody has used it here since it was changed.';
  const use = `the last use (${lastUse.mode}, ${lastUse.at})`;
  if (unused === undefined) return `What of it is needed is not known: ${use} was a part of an evaluation.`;
  if (unused.length === 0) return `All of it was asked for in ${use}.`;
  const lines = unused.slice(0, MOST_LISTED).join(', ') + (unused.length > MOST_LISTED ? ', …' : '');
  return `Not asked for in ${use}: ${countOf(unused.length, 'call')} (line ${lines}). Drop them with touchstone cassette prune ${file}.`;
}

const MOST_LISTED = 10;

function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
