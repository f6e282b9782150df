# What a user gets from the registry: every package packed once, its types looked at (attw), installed in an empty folder with npm
# (typical sets with pnpm too), compiled against (as Node finds types; typical sets as bundlers do too), and run on Node 22 and 24.
# Core stays small. No time is judged.
set -euo pipefail

PATH="$PWD/node_modules/node/bin:$PATH"
node scripts/install-sizes.ts --check
