import dns from 'node:dns';
import net from 'node:net';

/**
 * Runs `work` and tells which addresses were contacted meanwhile past the door: with the global `fetch`, or by a socket of its own. None of
 * them is reached.
 *
 * @param allowed hosts that may be contacted, such as the loopback address of a fake service
 */
export async function outsideContacts(
  work: () => Promise<unknown> | unknown,
  allowed: readonly string[] = [],
): Promise<readonly string[]> {
  const contacts: string[] = [];
  const { fetch } = globalThis;
  const { connect } = net.Socket.prototype;
  const { lookup } = dns;
  const note = (address: string): void => {
    contacts.push(address);
    throw new Error(`The conformance suite lets nobody contact ${address} past the door.`);
  };
  globalThis.fetch = async (input, init) => {
    const { host } = new URL(input instanceof Request ? input.url : input);
    if (!allowed.includes(host)) note(host);
    return fetch(input, init);
  };
  const connectOrNote = function (this: net.Socket, ...args: readonly unknown[]): net.Socket {
    const host = addressOf(args);
    if (host !== undefined && !allowed.includes(host)) note(host);
    return Reflect.apply(connect, this, args);
  };
  net.Socket.prototype.connect = connectOrNote as typeof connect;
  dns.lookup = Object.assign((...args: readonly unknown[]) => {
    const host = String(args[0]);
    if (!allowed.some((one) => one.startsWith(`${host}:`))) note(host);
    return Reflect.apply(lookup, dns, args);
  }, lookup) as typeof lookup;
  try {
    await work();
  } finally {
    globalThis.fetch = fetch;
    net.Socket.prototype.connect = connect;
    dns.lookup = lookup;
  }
  return [...new Set(contacts)];
}

/** `host:port`, or the path of a local socket; `undefined` where the arguments say neither. */
function addressOf(args: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'number') return `${typeof second === 'string' ? second : 'localhost'}:${first}`;
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null) return undefined;
  const { host = 'localhost', port, path } = first as { readonly host?: string; readonly port?: number; readonly path?: string };
  return path ?? `${host}:${port}`;
}
