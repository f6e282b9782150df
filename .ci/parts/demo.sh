# The first command of the README.
set -euo pipefail
npx -y pnpm@12 demo
