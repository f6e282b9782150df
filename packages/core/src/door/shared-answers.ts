import type { Answer, AnswerCache, CacheClaimOptions, Json, Service } from '../contracts/index.ts';
import { isForAllRuns } from './is-for-all-runs.ts';

/** The store's cache, and how this run uses it. */
export interface SharingSetting {
  readonly cache: AnswerCache;
  readonly options: CacheClaimOptions;
}

export type SharedClaim =
  | { readonly hit: Json }
  | {
      readonly hit?: undefined;
      /** Lets go, and leaves what stands under the key to other runs, if the answer is one for them. Never rejects. */
      keep(answer: Answer<Json>, recorded: Json): Promise<void>;
      /** Gives up without an answer. Does nothing after `keep`. */
      release(): Promise<void>;
    };

/**
 * Looks for the answer that an earlier run has had; while another run or process asks for the same, waits for that one's answer.
 * Without a cache, and for services whose answers are of one run, nothing is found and nothing is kept.
 */
export async function claimShared(
  service: Pick<Service, 'id' | 'kind' | 'reuse'>,
  key: string,
  signal: AbortSignal,
  setting: SharingSetting | undefined,
): Promise<SharedClaim> {
  if (setting === undefined || !isReusable(service)) return nothingShared;
  const claim = await setting.cache.claim(key, signal, setting.options);
  if (claim.hit !== undefined) return { hit: claim.hit };
  return {
    release: claim.release,
    async keep(answer, recorded) {
      if (!isForAllRuns(service, answer)) return claim.release();
      // The run has its answer. What is wrong with the store, its next write says.
      await claim.settle(recorded, { service: service.id }).catch(() => undefined);
    },
  };
}

const nothingShared: SharedClaim = { keep: async () => undefined, release: async () => undefined };

/** An application's code may change behind the same address: its answers are of one run unless it says otherwise. */
function isReusable({ kind, reuse = kind === undefined ? 'run' : 'store' }: Pick<Service, 'kind' | 'reuse'>): boolean {
  return reuse === 'store';
}
