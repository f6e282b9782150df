import { TouchstoneError } from '@touchstone/core';
import { say } from './say.ts';

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/**
 * Requests of this process go by `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, as the platform understands them.
 * @throws TouchstoneError `bad-proxy`, without the address, which may hold a password
 */
export async function useProxies(): Promise<void> {
  const [variable] = VARIABLES.filter((name) => (process.env[name] ?? '') !== '');
  // With NODE_USE_ENV_PROXY the platform did so at its start.
  if (variable === undefined || process.env.NODE_USE_ENV_PROXY === '1') return;
  // Types are those of a newer Node than the oldest one that we run on.
  const { setGlobalProxyFromEnv }: { setGlobalProxyFromEnv?: () => unknown } = await import('node:http');
  if (setGlobalProxyFromEnv === undefined) {
    say(
      `${variable} is set, and this Node (${process.versions.node}) does not go by it unless NODE_USE_ENV_PROXY=1 is set as well, from 22.21 and 24.0 on: set that, or install Node 24.14 or newer.`,
    );
    return;
  }
  try {
    setGlobalProxyFromEnv();
  } catch (error) {
    throw new TouchstoneError('bad-proxy', `${variable} is no address of a proxy: write http://HOST:PORT.`, { cause: error });
  }
}
