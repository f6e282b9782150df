import { parseArgs } from 'node:util';

const PARTS = [
  'overhead',
  'rouge',
  'mt',
  'readability',
  'classic',
  'million',
  'crash',
  'latency',
  'limits',
  'weight',
  'store',
] as const;
type Part = (typeof PARTS)[number];

const PEERS = [
  'promptfoo',
  'evalite',
  'braintrust',
  'rouge_score',
  'js-rouge',
  'sacrebleu',
  'textstat',
  'scikit-learn',
  'pytrec_eval',
] as const;
export type Peer = (typeof PEERS)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** Few rows, few repetitions, nothing is installed, and README.md stays as it is: does it all still run? */
  readonly quick: boolean;
  readonly peers: ReadonlySet<Peer>;
}

/** Ends the process with exit code 2 when the arguments say nothing that there is. */
export function readOptions(args: readonly string[]): BenchOptions {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { quick: { type: 'boolean', default: false }, without: { type: 'string', multiple: true, default: [] } },
    });
    const without = values.without.map((name) => oneOf(PEERS, name, '--without'));
    const parts = positionals.map((name) => oneOf(PARTS, name, 'a part'));
    return {
      parts: parts.length === 0 ? PARTS : parts,
      quick: values.quick,
      peers: new Set(values.quick ? [] : PEERS.filter((peer) => !without.includes(peer))),
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

function oneOf<T extends string>(known: readonly T[], name: string, what: string): T {
  const found = known.find((each) => each === name);
  if (found === undefined) throw new Error(`${what} is one of ${known.join(', ')}, not '${name}'.`);
  return found;
}
