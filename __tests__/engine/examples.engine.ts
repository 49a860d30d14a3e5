import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { transforms } from '../../transforms/index.js';
import { dfix, type Folder, folderWith } from '../cli/harness.js';
import { root } from '../support/paths.js';
import { hasEngine, isLong } from './support/engine.js';
import { openRegistry, type Registry, wheelOf } from './support/registry.js';

/** Stand in for the two packages of the web example: a test fetches nothing from the network. */
const FLASK = `import json

class Flask:
    def __init__(self, name):
        self.routes = {}

    def get(self, path):
        return lambda view: self.routes.setdefault(path, view)

    def __call__(self, environ, start_response):
        view = self.routes.get(environ["PATH_INFO"])
        start_response("200 OK" if view else "404 Not Found", [("Content-Type", "application/json")])
        return [json.dumps(view() if view else None).encode()]
`;
const GUNICORN = `import importlib, sys
from wsgiref.simple_server import make_server

def main():
    host, port = sys.argv[2].split(":")
    module, name = sys.argv[3].split(":")
    sys.path.insert(0, "")
    make_server(host, int(port), getattr(importlib.import_module(module), name)).serve_forever()
`;

function filesOf(name: string): Readonly<Record<string, string>> {
  const folder = path.join(root, 'examples', name);
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]));
}

(hasEngine && isLong ? describe : describe.skip)('the examples', () => {
  let registry: Registry;
  let folder: Folder;
  beforeAll(
    async () =>
      void (registry = await openRegistry({
        'flask-3.0.3-py3-none-any.whl': wheelOf('flask', '3.0.3', FLASK),
        'gunicorn-22.0.0-py3-none-any.whl': wheelOf('gunicorn', '22.0.0', GUNICORN, true),
      })),
  );
  afterAll(() => registry.close());
  afterEach(() => folder.remove());

  test.each([
    ['go-server', ['--http', '/shop']],
    ['python-web', ['--http', '/']],
  ] as const)('%s is rewritten as its Dockerfile.dfix says, and proven', async (name, asked) => {
    const files = filesOf(name);
    // Where a user's own index would be named.
    const index = `\nENV PIP_INDEX_URL=${registry.url}/simple`;
    const withIndex = (text: string): string => text.replaceAll(/^FROM python:.*$/gm, `$&${index}`);
    folder = folderWith({ ...files, Dockerfile: withIndex(files['Dockerfile']!) });
    const defaults = transforms.filter(({ meta }) => meta.preset === 'default');
    const argv = ['verify', 'Dockerfile', '--write', '--quiet', '--format', 'json', '--network=host', ...asked];
    const { code, out, err } = await dfix(folder.root, argv, { transforms: defaults });
    expect({ code, err, out }).toMatchObject({ code: 0, err: '' });
    const { ran, changes } = (JSON.parse(out) as { files: { ran: string[]; changes: { standing: string }[] }[] })
      .files[0]!;
    expect(ran).toEqual(['command', asked[1]]);
    expect(changes.length).toBeGreaterThan(1);
    expect(folder.read('Dockerfile')).toBe(withIndex(files['Dockerfile.dfix']!));
  });
});
