import type { ModelStage } from '../contracts/index.ts';
import { suggestion } from '../errors/did-you-mean.ts';
import { TouchstoneError } from '../errors/touchstone-error.ts';

/** What an address of a logged model says, before it is looked up. */
export type ModelAddress =
  | { readonly scheme: 'runs'; readonly run: string; readonly model: string }
  | { readonly scheme: 'models'; readonly name: string; readonly which: WhichVersion };

type WhichVersion =
  | { readonly version: number }
  | { readonly alias: string }
  | { readonly stage: ModelStage | 'None' }
  | { readonly latest: true };

const STAGES: readonly (ModelStage | 'None')[] = ['Staging', 'Production', 'Archived', 'None'];

/** Schemes of addresses in a store. */
export const LOGGED_SCHEMES: readonly string[] = ['runs', 'models'];

export function isModelAddress(text: unknown): text is string {
  return typeof text === 'string' && /^(?:runs|models):/iu.test(text);
}

/** @throws TouchstoneError `malformed-uri`, `unknown-stage` */
export function readModelAddress(uri: string): ModelAddress {
  const [, scheme = '', rest = ''] = /^(runs|models):\/*(.*)$/iu.exec(uri) ?? [];
  if (scheme.toLowerCase() === 'runs') {
    const [, run, model] = /^([^/]+)\/(.+)$/u.exec(rest) ?? [];
    if (run !== undefined && model !== undefined) return { scheme: 'runs', run, model };
    throw new TouchstoneError(
      'malformed-uri',
      `'${uri}' names no model of a run: write runs:/RUN/NAME, e.g. runs:/1a2b3c4d/model.`,
    );
  }
  const [, aliased, alias] = /^([^/@]+)@([^/@]+)$/u.exec(rest) ?? [];
  if (aliased !== undefined && alias !== undefined) return { scheme: 'models', name: aliased, which: { alias } };
  const [, name, which] = /^([^/@]+)\/([^/@]+)$/u.exec(rest) ?? [];
  if (name !== undefined && which !== undefined) return { scheme: 'models', name, which: readVersion(which, uri) };
  const example = /^[^/@:]+$/u.test(rest) ? rest : 'support-bot';
  throw new TouchstoneError(
    'malformed-uri',
    `'${uri}' does not say which version is meant: write models:/${example}/1, models:/${example}@ALIAS or models:/${example}/latest.`,
  );
}

function readVersion(text: string, uri: string): WhichVersion {
  if (/^[1-9]\d*$/u.test(text)) return { version: Number(text) };
  if (text.toLowerCase() === 'latest') return { latest: true };
  const stage = stageNamed(text);
  if (stage !== undefined) return { stage };
  const hint = suggestion(text, [...STAGES, 'latest'], { list: 'There are the stages' });
  throw new TouchstoneError('unknown-stage', `'${text}' (of '${uri}') is neither the number of a version nor a stage.${hint}`);
}

/** MLflow does not mind the case of stages. */
export function stageNamed(text: string): ModelStage | 'None' | undefined {
  return STAGES.find((stage) => stage.toLowerCase() === text.toLowerCase());
}

/** @throws TouchstoneError `bad-model-name` */
export function checkModelName(name: string): void {
  if (/^[^/:@\s](?:[^/:@]*[^/:@\s])?$/u.test(name)) return;
  throw new TouchstoneError(
    'bad-model-name',
    `'${name}' is no name for a registered model: it must be a text without '/', ':' and '@', e.g. support-bot.`,
  );
}

/** @throws TouchstoneError `bad-alias` */
export function checkAlias(alias: string): void {
  const isTaken = /^(?:latest|v\d+|\d+)$/iu.test(alias) || stageNamed(alias) !== undefined;
  if (/^[\p{L}\p{M}\p{N}_-]+$/u.test(alias) && !isTaken) return;
  const reason = isTaken ? 'it means something else in addresses of models' : "letters, digits, '_' and '-' make one";
  throw new TouchstoneError('bad-alias', `'${alias}' is no alias: ${reason}. Write e.g. champion.`);
}
