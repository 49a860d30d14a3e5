import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { type Bench, hasEngine, isLong, openBench } from './support/engine.js';
import { has } from './support/start.js';
import { visit } from './support/visit.js';

/** nginx's image, made of Debian's package: no registry is asked. */
const NGINX = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends nginx-light && printf 'server { listen 80; root /usr/share/nginx/html; }\\n' > /etc/nginx/sites-enabled/default
CMD ["nginx", "-g", "daemon off;"]
`;
const FILES = {
  'package.json': '{"name": "shop", "version": "1.0.0", "scripts": {"build": "node build.js"}}\n',
  'build.js':
    "const fs = require('fs');\nfs.mkdirSync('dist', { recursive: true });\nfs.writeFileSync('dist/index.html', fs.readFileSync('src/page.html', 'utf8').toUpperCase());\n",
  'src/page.html': '<p>shop</p>\n',
};
const cases = [
  {
    name: 'a server of npm',
    level: 'review',
    port: 8080,
    tool: '/app/src/page.html',
    dockerfile:
      'FROM node:20\nRUN npm install -g http-server@14.1.1\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build\nEXPOSE 8080\nCMD ["http-server", "dist", "-p", "8080"]\n',
  },
  {
    name: 'nginx with Node in it',
    level: 'unsafe',
    port: 80,
    tool: '/usr/bin/node',
    dockerfile:
      'FROM nginx:1.25\nRUN apt-get update && apt-get install -y --no-install-recommends nodejs npm\nWORKDIR /app\nCOPY . .\nRUN npm install && npm run build && cp -r dist/. /usr/share/nginx/html\nEXPOSE 80\n',
  },
];

(hasEngine && isLong ? describe : describe.skip)('a static front end', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = openBench(FILES);
    execFileSync('docker', ['buildx', 'build', '--quiet', '--network=host', '--load', '-t', 'nginx:1.25', '-'], {
      input: NGINX,
    });
  });
  afterAll(async () => {
    await bench.close();
    execFileSync('docker', ['image', 'rm', '-f', 'nginx:1.25']);
  });

  test.each(cases)('of $name ships without what builds it, and answers the same', async (one) => {
    const { name, dockerfile, port, tool, level } = one;
    const project = readProject(memoryContext(FILES));
    const result = runTransforms(dockerfile, { transforms: [splitBuildStage], allow: 'unsafe', project });
    expect(result.refusals).toEqual([]);
    expect(result.changes.map(({ level }) => level)).toEqual([level]);
    const before = (await bench.build(dockerfile, 'one')).tag;
    const after = (await bench.build(result.output, 'one')).tag;
    const first = await visit(before, port);
    expect(first).toMatchObject({ status: 200, body: '<P>SHOP</P>\n' });
    expect(await visit(after, port)).toEqual(first);
    expect(await has(before, tool)).toBe(true);
    expect(await has(after, tool)).toBe(false);
    const [a, b] = [await bench.size(before), await bench.size(after)];
    process.stderr.write(`${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a * 0.7);
  });
});
