import { TouchstoneError } from '../errors/touchstone-error.ts';

/**
 * A base URL without the slashes at its end, so that equal servers have equal names.
 *
 * @param what where it was given: `OPENAI_BASE_URL`, `baseUrl`
 * @throws TouchstoneError `bad-base-url` when it is no http(s) URL, or holds a user, a password or a query
 */
export function baseUrl(text: string, what: string): string {
  const url = httpAddress(text, what);
  if (url.search !== '' || url.hash !== '') {
    throw new TouchstoneError(
      'bad-base-url',
      `${what} ends in '${url.search === '' ? '#' : '?'}…', and paths are put behind it: write it without.`,
    );
  }
  return url.href.replace(/\/+$/u, '');
}

/**
 * The address of a server, or of something on it.
 *
 * @throws TouchstoneError `bad-base-url` when it is no http(s) URL, or holds a user and password
 */
export function httpAddress(text: string, what: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) {
    throw new TouchstoneError('bad-base-url', `${what} is '${text}', which is no http or https address.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TouchstoneError(
      'bad-base-url',
      `${what} holds a user or password, which would be stored with the run: give the key apart.`,
    );
  }
  return url;
}
