// Runs in a folder that has the package: <package> → milliseconds of its import, nothing loaded before.
const started = performance.now();
await import(process.argv[2]);
console.log(performance.now() - started);
