import { createHash } from 'node:crypto';
import { readText, writeWhole } from './cassette-file.ts';

export type CassetteMode = 'auto' | 'record' | 'replay';

/**
 * Which calls of a cassette its last use has asked for: what is not among them can be dropped. Beside the cassette, because a replay needs
 * no store; it is of one machine, and not worth keeping in a repository.
 */
export interface LastUse {
  /** ISO 8601. */
  readonly at: string;
  readonly mode: CassetteMode;
  /** `part`: an evaluation was interrupted or resumed, so that others of its calls were not asked for this time. */
  readonly extent: 'whole' | 'part';
  /** SHA-256 of the cassette as it was left: it says nothing of a file that has changed since. */
  readonly cassette: string;
  /** Sorted. */
  readonly keys: readonly string[];
}

function lastUseFile(file: string): string {
  return `${file}.last-use`;
}

export function hashOf(cassette: string): string {
  return createHash('sha256').update(cassette).digest('hex');
}

/** Rejects when it cannot be written. */
export function writeLastUse(file: string, use: LastUse): Promise<void> {
  return writeWhole(lastUseFile(file), `${JSON.stringify(use)}\n`);
}

/** `undefined`: nothing is known. */
export function readLastUse(file: string): LastUse | undefined {
  const text = readText(lastUseFile(file));
  if (text === undefined) return undefined;
  try {
    const use: unknown = JSON.parse(text);
    return isLastUse(use) ? use : undefined;
  } catch {
    return undefined;
  }
}

function isLastUse(value: unknown): value is LastUse {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    typeof value.at === 'string' &&
    'mode' in value &&
    typeof value.mode === 'string' &&
    'extent' in value &&
    'cassette' in value &&
    typeof value.cassette === 'string' &&
    'keys' in value &&
    Array.isArray(value.keys)
  );
}
