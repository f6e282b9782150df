import { createTouchstone } from '@touchstone/core';
import { describe, expect, test } from 'vitest';
import text, { bleu, chrf, chrfpp, corpusBleu, corpusChrf, corpusTer, sacrebleu, ter } from '../index.ts';

describe('signatures', () => {
  test('are sacrebleu’s, and say what sacrebleu’s do not', () => {
    const rest = 'version:2.6.0';
    expect(bleu().signature).toBe('bleu|v1|tok:13a|order:4|smooth:no');
    expect(bleu({ smooth: true, tokenizer: 'char' }).signature).toBe('bleu|v1|tok:char|order:4|smooth:yes');
    expect(sacrebleu().signature).toBe(`sacrebleu|v1|nrefs:var|case:mixed|eff:yes|tok:13a|smooth:exp|${rest}|corpus-eff:no`);
    expect(sacrebleu({ lowercase: true, effectiveOrder: false, smoothMethod: 'floor', maxNgramOrder: 2 }).signature).toBe(
      `sacrebleu|v1|nrefs:var|case:lc|eff:no|tok:13a|smooth:floor[0.10]|${rest}|order:2`,
    );
    expect(sacrebleu({ smoothMethod: 'add-k', smoothValue: 0.001, effectiveOrder: true }).signature).toBe(
      `sacrebleu|v1|nrefs:var|case:mixed|eff:yes|tok:13a|smooth:add-k[0.00]|${rest}|smoothValue:0.001`,
    );
    // Python rounds 0.125 to even: f'{0.125:.2f}' is 0.12, and f'{0.375:.2f}' 0.38.
    expect(sacrebleu({ smoothMethod: 'floor', smoothValue: 0.125 }).signature).toContain('|smooth:floor[0.12]|');
    expect(sacrebleu({ smoothMethod: 'floor', smoothValue: 0.375 }).signature).toContain('|smooth:floor[0.38]|');
    expect(sacrebleu({ tokenizer: 'intl' }).signature).toMatch(/\|tok:intl\|.*\|unicode:\d+\.\d+$/u);
    expect(bleu({ tokenizer: 'intl' }).signature).toMatch(/\|tok:intl\|.*\|unicode:\d+\.\d+$/u);
    expect(chrf().signature).toBe(`chrf|v1|nrefs:var|case:mixed|eff:yes|nc:6|nw:0|space:no|${rest}`);
    expect(chrfpp({ beta: 3 }).signature).toBe(`chrfpp|v1|nrefs:var|case:mixed|eff:yes|nc:6|nw:2|space:no|${rest}|beta:3`);
    expect(ter({ noPunct: true }).signature).toBe(`ter|v1|nrefs:var|case:lc|tok:tercom|norm:no|punct:no|asian:no|${rest}`);
  });

  test('of a corpus know how many references there are', () => {
    const pair = { predictions: 'a', targets: 'a' };
    const two = { predictions: 'a', targets: ['a', 'b'] };
    expect(corpusBleu([pair, pair]).signature).toBe('nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0');
    expect(corpusChrf([two], { wordOrder: 2 }).signature).toBe('nrefs:2|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0');
    expect(corpusTer([pair, two]).signature).toBe('nrefs:var|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0');
  });
});

test('the language of an evaluation chooses how texts are split, unless it is said', async () => {
  const touchstone = createTouchstone({ plugins: [text()] });
  const signaturesFor = async (language: string, ...extraMetrics: readonly ('bleu' | 'sacrebleu' | 'ter')[]) => {
    const data = [{ a: '猫坐在垫子上。', b: '猫坐在地毯上。' }];
    const results = await touchstone.evaluate({ data, predictions: 'a', targets: 'b', language, extraMetrics });
    return Object.values(results.signatures).join(' ');
  };
  expect(await signaturesFor('zh', 'bleu', 'sacrebleu')).toMatch(/tok:zh\|.* .*tok:zh\|/u);
  expect(await signaturesFor('ja', 'sacrebleu', 'ter')).toMatch(/tok:char\|.* .*norm:yes\|punct:yes\|asian:yes/u);
  expect(await signaturesFor('ko', 'bleu', 'ter')).toMatch(/tok:char\|.* .*norm:no\|punct:yes\|asian:no/u);
  expect(await signaturesFor('de', 'bleu')).toContain('tok:13a|');
});

describe('options that cannot be', () => {
  test.each<[string, () => unknown, string]>([
    [
      'a tokenizer that sacrebleu has not',
      () => sacrebleu(wild({ tokenizer: '13' })),
      "There is no BLEU tokenizer '13' here. Did you mean '13a'?",
    ],
    [
      'a tokenizer that needs an analyser',
      () => sacrebleu(wild({ tokenizer: 'ko-mecab' })),
      "There is no BLEU tokenizer 'ko-mecab' here. It needs the analyser MeCab with a Korean dictionary. Use 'char', which needs none, or chrF.",
    ],
    [
      'a tokenizer that needs a model',
      () => bleu(wild({ tokenizer: 'flores200' })),
      "There is no BLEU tokenizer 'flores200' here. It needs a SentencePiece model. Use 'char', which needs none, or chrF.",
    ],
    [
      'sacrebleu’s own spelling',
      () => sacrebleu(wild({ tokenize: '13a' })),
      "sacrebleu has no option 'tokenize'. Did you mean 'tokenizer'?",
    ],
    ['a method', () => sacrebleu(wild({ smoothMethod: 'addk' })), "There is no smoothing method 'addk'. Did you mean 'add-k'?"],
    [
      'a value without a method',
      () => sacrebleu({ smoothValue: 1 }),
      'smoothValue goes with the smoothing methods floor and add-k, not with exp: leave it out.',
    ],
    [
      'a floor above one match',
      () => corpusBleu([], { smoothMethod: 'floor', smoothValue: 2 }),
      'sacrebleu: smoothValue must be a number from 0 to 1, not 2.',
    ],
    ['no order', () => sacrebleu({ maxNgramOrder: 0 }), 'sacrebleu: maxNgramOrder must be a whole number from 1 to 20, not 0.'],
    ['half an order', () => bleu({ maxNgramOrder: 2.5 }), 'bleu: maxNgramOrder must be a whole number from 1 to 20, not 2.5.'],
    ['an order as text', () => chrf(wild({ charOrder: '6' })), "chrf: charOrder must be a whole number from 0 to 20, not '6'."],
    ['a negative beta', () => chrfpp({ beta: -1 }), 'chrfpp: beta must be a number from 0 to 1000, not -1.'],
    ['nothing to count', () => chrf({ charOrder: 0 }), 'chrf: charOrder and wordOrder are both 0, so there is nothing to count.'],
    ['no texts', () => corpusTer([]), 'There are no texts to score: give at least one { predictions, targets }.'],
    [
      'no reference',
      () => corpusChrf([{ predictions: 'a', targets: [] }]),
      'A text without a reference cannot be scored: targets is an empty list.',
    ],
  ])('%s', (_, make, sentence) => {
    expect(make).toThrow(expect.objectContaining({ message: sentence }));
  });
});

/** Options as they come from a command line. */
function wild(options: object): object {
  return options;
}
