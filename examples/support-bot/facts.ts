// The handbook of Darae Camera, which rents cameras. facts.json is the one place where it is kept.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Fact {
  /** How answers cite it: `[D2]`. */
  readonly policy: string;
  readonly topic: string;
  /** What the scripted answers look for. A language model needs none. */
  readonly keywords: readonly string[];
  readonly en: string;
  readonly ko: string;
}

export const facts: readonly Fact[] = JSON.parse(readFileSync(join(import.meta.dirname, 'facts.json'), 'utf8'));

/** As the prompts have it: in English only, as the company keeps it. */
export const handbook = facts.map(({ policy, en }) => `${policy}: ${en}`).join('\n');
