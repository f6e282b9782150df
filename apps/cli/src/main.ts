#!/usr/bin/env node
// This file must run on any Node, so that an old one gets a sentence instead of a stack: nothing is imported before the check.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(
    `touchstone needs Node 22.13 or newer, and this is Node ${process.versions.node}: install a newer one from nodejs.org, or type npx -p node@24 -p @touchstone/cli touchstone.\n`,
  );
  process.exitCode = 2;
} else {
  const { runCommandLine } = await import('./command-line.ts');
  const exitCode = await runCommandLine(process.argv.slice(2));
  // A model's timer or open connection must not keep the terminal once everything is done and said.
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  process.exit(exitCode);
}
