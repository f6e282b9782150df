# What npm create touchstone-plugin writes: every kind made, installed, built, linted, tested and packed outside of the workspace, and
# used by the command line of another project.
set -euo pipefail

PATH="$PWD/node_modules/node/bin:$PATH"
node scripts/try-new-plugins.ts
