// Loaded before the command line: somebody sets the clock of the wall when the third request is sent. Milliseconds.
const jump = Number(process.env.FAULT_JUMP);
const { now } = Date;
const { fetch } = globalThis;
let requests = 0;
globalThis.fetch = (...args) => {
  if (++requests === 3) Date.now = () => now() + jump;
  return fetch(...args);
};
