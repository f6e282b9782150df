import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface TrainingText {
  readonly text: string;
  readonly toxic: boolean;
  /** Texts of one origin and one way of labelling. Sources are held out whole: templates and topics repeat inside of one. */
  readonly source: Source;
}

export const SOURCES = ['civil', 'davidson', 'wiki', 'templates', 'chat'] as const;
export type Source = (typeof SOURCES)[number];

const SOURCE_OF: Readonly<Record<string, Source>> = {
  civil_toxic: 'civil',
  civil_clean_sentence: 'civil',
  davidson0: 'davidson',
  davidson1: 'davidson',
  davidson2: 'davidson',
  wiki: 'wiki',
  madlibs: 'templates',
  templates: 'templates',
  llm_query: 'chat',
  llm_response: 'chat',
  gsm8k: 'chat',
};

/** The texts stay where they are: in `data/toxicity` of the folder that TOUCHSTONE_SHARED names, else of `shared` beside the repository. */
export function readTrainingTexts(): readonly TrainingText[] {
  const shared = process.env.TOUCHSTONE_SHARED ?? join(import.meta.dirname, '../../../../../shared');
  const path = join(shared, 'data/toxicity/train.jsonl.gz');
  if (!existsSync(path)) throw new Error(`There is no ${path}. TOUCHSTONE_SHARED names the folder that has data/toxicity.`);
  const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const { t, y, s }: { readonly t: string; readonly y: 0 | 1; readonly s: string } = JSON.parse(line);
    const source = SOURCE_OF[s];
    if (source === undefined) throw new Error(`The source '${s}' is not known.`);
    return { text: t, toxic: y === 1, source };
  });
}
