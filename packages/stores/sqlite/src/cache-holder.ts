import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Connection } from './connection.ts';
import { isLeased, type Lease, takeLease } from './lease.ts';
import type { StoreAccess } from './store-access.ts';
import { toStoreError } from './store-error.ts';

/** Who claims keys of the cache: this store in this process, under the name of a lease that dies with it. */
export interface CacheHolder {
  /** The name for claims of this process. The lease is taken at first use, and what the dead have left is cleared away. */
  name(): Promise<string>;
  /** Whether this one is the holder, or the holder is dead: then its claims are free. */
  isFree(holder: string): boolean;
  /** Gives the lease back. @returns the name, if there was one */
  release(): string | undefined;
}

export function cacheHolder(access: StoreAccess): CacheHolder {
  let held: { readonly name: string; readonly lease: Lease } | undefined;
  let taking: Promise<string> | undefined;

  return {
    name() {
      taking ??= take().catch((error) => {
        taking = undefined;
        throw toStoreError(error, access.file);
      });
      return taking;
    },
    isFree: (holder) => holder === held?.name || isDead(holder),
    release() {
      held?.lease.release();
      return held?.name;
    },
  };

  async function take(): Promise<string> {
    // Creates the file, so that the lease beside it gets the name that every other process will look for.
    await access.commit(undefined, 0, () => undefined);
    held = takeNewLease();
    for (const name of abandonedLeases()) takeLease(access.leasePath(name))?.release();
    await access.commit(undefined, 1, freeAbandonedClaims);
    return held.name;
  }

  function takeNewLease(): { readonly name: string; readonly lease: Lease } {
    for (;;) {
      const name = `${PREFIX}${crypto.randomUUID()}`;
      const lease = takeLease(access.leasePath(name));
      // Somebody may tidy the side file away before it is locked.
      if (lease !== undefined) return { name, lease };
    }
  }

  function abandonedLeases(): readonly string[] {
    const names = readdirSync(dirname(access.leasePath(PREFIX)));
    return names.filter((name) => name.startsWith(PREFIX) && name !== held?.name && isDead(name));
  }

  function freeAbandonedClaims(connection: Connection): void {
    for (const { holder } of connection.all('SELECT DISTINCT holder FROM cache_claim')) {
      if (isDead(String(holder))) connection.run('DELETE FROM cache_claim WHERE holder = ?', String(holder));
    }
  }

  function isDead(holder: string): boolean {
    try {
      return !isLeased(access.leasePath(holder));
    } catch (error) {
      throw toStoreError(error, access.file);
    }
  }
}

/** Run ids have no such beginning. */
const PREFIX = 'cache-';
