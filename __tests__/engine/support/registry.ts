import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { npmTarball, zip } from './archives.js';

/** A package server on loopback that counts downloads: npm packages, Python wheels and Go modules made on the fly. */
export interface Registry {
  readonly url: string;
  /** File names of packages fetched since the last call. */
  downloads(): readonly string[];
  close(): Promise<void>;
}

export function tarballOf(name: string): Buffer {
  return npmTarball({
    'package.json': JSON.stringify({ name, version: '1.0.0' }),
    'index.js': `module.exports = '${name}';\n`,
  });
}

export function integrityOf(data: Buffer): string {
  return `sha512-${createHash('sha512').update(data).digest('base64')}`;
}

/** @param wheels more Python packages, by the names of their files */
export async function openRegistry(wheels: Readonly<Record<string, Buffer>> = {}): Promise<Registry> {
  const fetched: string[] = [];
  const server = createServer((request, response) => {
    const url = decodeURIComponent(request.url ?? '');
    const send = (body: string | Buffer, type = 'text/plain'): void => {
      response.setHeader('content-type', type);
      // As the public indexes do it: without this pip keeps nothing.
      if (type === 'application/octet-stream') response.setHeader('cache-control', 'max-age=365000000, immutable');
      response.end(body);
    };
    const npm = /^\/npm\/([\w-]+)\/-\/\1-1\.0\.0\.tgz$/.exec(url);
    const wheel = /^\/wheels\/(\w+)-1\.0\.0-py3-none-any\.whl$/.exec(url);
    const index = /^\/simple\/(\w+)\/$/.exec(url);
    const go = /^\/go\/example\.com\/(\w+)\/@v\/(list|v1\.0\.0\.(info|mod|zip))$/.exec(url);
    if (npm !== null || wheel !== null || go?.[3] === 'zip')
      fetched.push(url.slice(url.lastIndexOf('/') + 1).replace('v1.0.0', go?.[1] ?? ''));
    const given = /^\/wheels\/([^/]+)$/.exec(url)?.[1] ?? '';
    if (Object.hasOwn(wheels, given)) return send(wheels[given]!, 'application/octet-stream');
    const files = Object.keys(wheels).filter((file) => index !== null && file.startsWith(`${index[1]!}-`));
    if (files.length > 0)
      return send(files.map((file) => `<a href="/wheels/${file}">${file}</a>`).join('\n'), 'text/html');
    if (npm !== null) return send(tarballOf(npm[1]!), 'application/octet-stream');
    if (wheel !== null) return send(wheelOf(wheel[1]!), 'application/octet-stream');
    if (index !== null)
      return send(`<a href="/wheels/${index[1]!}-1.0.0-py3-none-any.whl">${index[1]!}</a>`, 'text/html');
    if (go !== null) return send(goFile(go[1]!, go[3] ?? 'list'));
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    downloads: () => fetched.splice(0),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/**
 * A wheel with one module of the package's name.
 * @param program a command of the same name that calls `main` of the module
 */
export function wheelOf(name: string, version = '1.0.0', module = `NAME = '${name}'\n`, program = false): Buffer {
  const info = `${name}-${version}.dist-info`;
  const files = {
    [`${name}.py`]: module,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: dfix\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    ...(program ? { [`${info}/entry_points.txt`]: `[console_scripts]\n${name} = ${name}:main\n` } : {}),
  };
  const record = [...Object.keys(files), `${info}/RECORD`].map((file) => `${file},,\n`).join('');
  return zip({ ...files, [`${info}/RECORD`]: record });
}

function goFile(name: string, kind: string): string | Buffer {
  const module = `example.com/${name}`;
  if (kind === 'list') return 'v1.0.0\n';
  if (kind === 'info') return JSON.stringify({ Version: 'v1.0.0', Time: '2024-01-01T00:00:00Z' });
  if (kind === 'mod') return `module ${module}\n\ngo 1.19\n`;
  return zip({
    [`${module}@v1.0.0/go.mod`]: `module ${module}\n\ngo 1.19\n`,
    [`${module}@v1.0.0/lib.go`]: `package ${name}\n\n// Name is the module's name.\nconst Name = "${name}"\n`,
  });
}
