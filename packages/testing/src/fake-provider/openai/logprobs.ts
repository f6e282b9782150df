import type { RequestRandom } from '../request-random.ts';

interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

export interface TokenLogprobs extends TokenLogprob {
  readonly top_logprobs: readonly TokenLogprob[];
}

/** For each piece its logarithm of a probability, and alternatives that leave the rest of it among them. */
export function logprobsOf(pieces: readonly string[], alternatives: number, random: RequestRandom): readonly TokenLogprobs[] {
  const draws = random.uniforms('score', Math.max(1, pieces.length));
  return pieces.map((token, i) => {
    const probability = 0.5 + 0.5 * (draws[i] ?? 0);
    const logprob = Math.log(probability);
    const others = Array.from({ length: Math.max(0, alternatives - 1) }, (_, k) =>
      tokenLogprob(`${token}${'~'.repeat(k + 1)}`, Math.log(1 - probability || Number.EPSILON) - (k + 1) * Math.LN2),
    );
    const top_logprobs = alternatives === 0 ? [] : [tokenLogprob(token, logprob), ...others];
    return { ...tokenLogprob(token, logprob), top_logprobs };
  });
}

function tokenLogprob(token: string, logprob: number): TokenLogprob {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}
