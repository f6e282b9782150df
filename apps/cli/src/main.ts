#!/usr/bin/env node
// This file must run on any Node, so that an old one gets a sentence instead of a stack: nothing else is imported before the check.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`touchstone needs Node 22.13 or newer, and this is Node ${process.versions.node}: install a newer one from nodejs.org, or run it with npx -p node@24 touchstone.\n`);
  process.exitCode = 2;
} else {
  const { runCommandLine } = await import('./command-line.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
