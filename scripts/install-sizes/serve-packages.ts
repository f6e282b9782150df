import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tarball } from './pack-packages.ts';

/** A registry of our own packages alone, on loopback: npm and pnpm install from it as they do from the public one. */
export interface PackageServer extends AsyncDisposable {
  readonly origin: string;
}

export async function servePackages(tarballs: readonly Tarball[]): Promise<PackageServer> {
  const byName = new Map(tarballs.map((tarball) => [tarball.name, tarball]));
  // Caches go by address, and a port comes again.
  const path = `/${randomUUID()}`;
  let origin = '';
  const server = createServer(({ url = '/' }, response) => {
    const [name = '', file] = decodeURIComponent(url.slice(path.length + 1)).split('/-/');
    const tarball = byName.get(name);
    if (tarball === undefined) response.writeHead(404).end('{}');
    else if (file === undefined)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(packument(tarball, origin)));
    else response.setHeader('content-type', 'application/octet-stream').end(readFileSync(tarball.file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  return {
    origin,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function packument({ name, version, file, manifest }: Tarball, origin: string): object {
  const bytes = readFileSync(file);
  const dist = {
    tarball: `${origin}/${name}/-/${name.split('/')[1]}-${version}.tgz`,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    shasum: createHash('sha1').update(bytes).digest('hex'),
  };
  // pnpm does not install what was published a moment ago.
  const published = '2026-01-01T00:00:00.000Z';
  return {
    name,
    'dist-tags': { latest: version },
    time: { created: published, modified: published, [version]: published },
    versions: { [version]: { ...manifest, dist } },
  };
}
