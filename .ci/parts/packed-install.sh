# What a user gets from the registry: every package packed, installed with npm in an empty folder, imported and run.
set -euo pipefail

PATH="$PWD/node_modules/node/bin:$PATH"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for manifest in packages/*/package.json packages/*/*/package.json apps/*/package.json; do
  npx -y pnpm@12 --dir "$(dirname "$manifest")" pack --pack-destination "$scratch/tarballs" >/dev/null
done

mkdir "$scratch/core" "$scratch/all"
cd "$scratch/core"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error ../tarballs/touchstone-{core,stats}-*.tgz
packages=$(npm ls --all --parseable | tail -n +2 | wc -l)
kilobytes=$(du -sk node_modules | cut -f1)
echo "core alone: $packages packages, $kilobytes kB"
[ "$packages" -lt 10 ] || { echo 'core must install fewer than 10 packages.'; exit 1; }
[ "$kilobytes" -lt 5120 ] || { echo 'core must stay below 5 MB.'; exit 1; }
node --input-type=module -e "
  const { createTouchstone, evaluate } = await import('@touchstone/core');
  if (typeof createTouchstone !== 'function' || typeof evaluate !== 'function') throw new Error('core does not export evaluate and createTouchstone.');
"

cd "$scratch/all"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error ../tarballs/*.tgz
npx --no-install touchstone --version
npx --no-install touchstone plugins
