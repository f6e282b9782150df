// Takes and releases a lease again and again: node lease-process.mjs <lease> <times>. Says how often somebody else was inside too.
import './sources.mjs';
import { rmSync, writeFileSync, writeSync } from 'node:fs';

const { isLeased, takeLease } = await import('../lease.ts');

const [path, times] = process.argv.slice(2);
let overlaps = 0;
for (let taken = 0; taken < Number(times); ) {
  const lease = takeLease(path);
  if (lease === undefined) continue;
  taken++;
  try {
    writeFileSync(`${path}.inside`, '', { flag: 'wx' });
    rmSync(`${path}.inside`);
  } catch {
    overlaps++;
  }
  lease.release();
  isLeased(path);
}
writeSync(1, String(overlaps));
