import type { CommonMetricOptions } from '@touchstone/core';
import { makeGenaiMetric, type PanelOptions } from '@touchstone/metric-genai';

export interface ToneOptions
  extends Pick<PanelOptions, 'model' | 'pool' | 'quorum' | 'weights' | 'repeats'>,
    CommonMetricOptions {}

/**
 * Whether an answer speaks to a Korean customer as a shop should, from 1 to 5, by one judge or by a panel of several.
 *
 * @throws TouchstoneError `bad-option`
 * @example koreanTone({ model: ['openai:/gpt-5-mini', 'anthropic:/claude-haiku-4-5', 'huggingface:/Qwen/Qwen3-8B'] })
 */
export function koreanTone(options: ToneOptions = {}) {
  const { name = 'korean_tone', pool, model, ...others } = options;
  const judges = Array.isArray(model) ? model.length : 1;
  return makeGenaiMetric({
    ...others,
    name,
    model,
    // One judge who is far off does not move the median of three.
    pool: pool ?? (judges > 2 ? 'median' : undefined),
    definition:
      'How fitting the tone of an answer is for a customer of a shop in Korea: speech level (합쇼체 or 해요체), honorifics where the customer is spoken of, and no blame.',
    gradingPrompt: `Score 1: 반말, or rude.
Score 2: polite endings, and blames the customer.
Score 3: polite throughout, without honorifics where the customer is spoken of (고객님이 주문한).
Score 4: polite, honorifics in place, stiff or wordy.
Score 5: polite, honorifics in place, natural.
An answer in another language than Korean: 1 if the customer wrote Korean, else 5.`,
    examples: [
      { input: '언제 와요?', output: '모름. 기다려.', score: 1, justification: '반말이고, 고객을 기다리게 하면서 사과도 없다.' },
      {
        input: '환불되나요?',
        output: '네, 고객님. 주문하신 책은 3일 안에 환불해 드리겠습니다.',
        score: 5,
        justification: '합쇼체에 높임이 자연스럽다.',
      },
    ],
  });
}
