// Loaded before everything else: writes down whom this process wants to reach, and lets it reach loopback only.
import dns, { promises } from 'node:dns';
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { Socket as DatagramSocket } from 'node:dgram';

const write = (what) => appendFileSync(process.env.CONTACTS, `${what}\n`);
const refused = (what) => Object.assign(new Error(`no way to ${what}`), { code: 'ENETUNREACH' });

const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const { host = 'localhost', port, path } = typeof options === 'object' ? options : { port: options, host: args[1] };
  // Pipes and sockets of this machine reach nobody.
  if (path !== undefined) return connect.apply(this, args);
  write(`connect ${host}:${port}`);
  if (host === '127.0.0.1') return connect.apply(this, args);
  process.nextTick(() => this.destroy(refused(host)));
  return this;
};

DatagramSocket.prototype.send = (...args) => write(`datagram ${args.at(-1)}`);
DatagramSocket.prototype.connect = (...args) => write(`datagram ${args}`);

for (const name of Object.keys(dns).filter((key) => /^(?:lookup|resolve|reverse)/u.test(key))) {
  dns[name] = (host, ...rest) => {
    write(`${name} ${host}`);
    process.nextTick(rest.at(-1), refused(host));
  };
  if (name in promises) {
    promises[name] = async (host) => {
      write(`${name} ${host}`);
      throw refused(host);
    };
  }
}
