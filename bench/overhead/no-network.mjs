// Loaded before a peer: whatever it wants to send, it is measured without a network.
import { Socket } from 'node:net';

const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const host = typeof options === 'object' && options !== null ? (options.path ?? options.host ?? 'localhost') : 'localhost';
  if (/^(localhost|127\.|::1|\/)/.test(host)) return connect.apply(this, args);
  process.nextTick(() => this.destroy(new Error(`bench: no connection to ${host}`)));
  return this;
};
