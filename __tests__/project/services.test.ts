import { expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { servicesAround, servicesOf } from '../../src/project/services.js';

const read = (files: Readonly<Record<string, string>>, dockerfile?: string) =>
  servicesOf(memoryContext(files), dockerfile);
const compose = (services: string): Readonly<Record<string, string>> => ({ 'compose.yaml': `services:\n${services}` });

test('command, entrypoint and health check as shell text', () => {
  const services = `
  web:
    build: .
    entrypoint: ["/entry.sh", "a b", "it's", "$$HOME"]
    command: run --port $\{PORT:-80}
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost"]
  other:
    build: .
    healthcheck:
      test: ["CMD-SHELL", "curl -f http://$$HOST || exit 1"]
  off:
    build: .
    command: []
    healthcheck:
      test: ["NONE"]
`;
  expect(read(compose(services))).toEqual([
    {
      what: 'the service web of compose.yaml',
      command: '',
      dockerfile: 'Dockerfile',
      target: undefined,
      starts: [`/entry.sh 'a b' 'it'\\''s' "$HOME"`, 'run --port ${PORT:-80}', 'curl -f http://localhost'],
    },
    expect.objectContaining({ what: 'the service other of compose.yaml', starts: ['curl -f http://$HOST || exit 1'] }),
  ]);
});

test('only what is built of the Dockerfile in the root of the context', () => {
  const services = `
  one: { build: { context: ., dockerfile: docker/Dockerfile, target: Web }, command: a }
  two: { build: ./two, command: b }
  three: { image: redis, command: c }
  four: { build: { context: ., dockerfile: '$FILE' }, command: d }
  five: { build: ../other, command: e }
  six: { build: { context: ., dockerfile_inline: 'FROM a' }, command: f }
`;
  expect(read(compose(services)).flatMap(({ starts }) => starts)).toEqual(['d']);
  expect(read(compose(services), 'docker/Dockerfile')).toMatchObject([
    { target: 'web', starts: ['a'] },
    { dockerfile: undefined, starts: ['d'] },
  ]);
});

test('services that run what another builds, and files that are laid over', () => {
  const files = {
    'docker-compose.yml': 'services:\n  web: { build: ., image: shop }\n  job: { image: shop, command: a }\n',
    'docker-compose.dev.yml': 'services:\n  web: { command: b }\n  job: { command: c }\n  new: { command: d }\n',
    'below/compose.yaml': 'services:\n  web: { command: e }\n  up: { build: .., command: f }\n',
  };
  expect(read(files).flatMap(({ starts }) => starts)).toEqual(['f', 'b', 'a']);
});

test('what is no compose file says nothing', () => {
  expect(read({ 'compose.yaml': '{', 'docker-compose.yml': '- a', 'values.yaml': 'services: {}' })).toEqual([]);
});

test('services that are made of another', () => {
  const files = {
    'compose.yaml': `services:
  web: { build: . }
  worker: { extends: web, command: work }
  timer: { extends: { service: web }, command: tick }
`,
    'compose.dev.yaml': `services:
  web: { extends: { file: compose.yaml, service: web }, command: develop }
  other: { extends: { file: ../common.yaml, service: web }, command: else }
`,
  };
  expect(read(files).map(({ starts }) => starts)).toEqual([['develop'], ['work'], ['tick']]);
});

test('services of files around the build context', () => {
  const repository = memoryContext({
    'compose.yaml': `services:
  api: { build: ./api, command: serve }
  db: { build: ./db, command: store }
  own: { build: { context: api, dockerfile: other.Dockerfile }, command: else }
`,
    'api/compose.yaml': 'services:\n  api: { build: ., command: inside }\n',
  });
  expect(servicesAround(repository, 'api', 'Dockerfile').map(({ starts }) => starts)).toEqual([['serve']]);
  expect(servicesAround(repository, '', 'Dockerfile')).toEqual([]);
});

const manifest = (containers: string): string =>
  `kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n${containers}`;

test('containers of Kubernetes, but for those of images from elsewhere', () => {
  const files = {
    'k8s/web.yaml': [
      'kind: Service',
      manifest(`        - name: web
          image: me/shop:1
          command: ["/bin/sh", "-c", "echo $HOME"]
          args: ["--port=$(PORT)", $(NAME)]
          readinessProbe: { exec: { command: [curl, -f, localhost] } }
          lifecycle: { preStop: { exec: { command: [sleep, 5] } } }
        - { name: db, image: "postgres:16", command: [postgres, -c, a=b] }
        - { name: log, image: "docker.io/grafana/promtail@sha256:0a", args: [-a] }
        - { name: quiet, image: me/shop }
`),
      manifest('        - { name: job, image: me/shop, args: [migrate, up] }\n'),
    ].join('\n---\n'),
    'k8s/broken.yaml': 'containers:\n  - [',
    'values.yaml': 'command: [a]\n',
  };
  expect(read(files)).toEqual([
    {
      what: 'the container web of k8s/web.yaml',
      dockerfile: 'Dockerfile',
      target: undefined,
      starts: [`/bin/sh -c 'echo $HOME' '--port=\${PORT}' "\${NAME}"`, 'curl -f localhost', 'sleep 5'],
      command: '',
    },
    {
      what: 'the container job of k8s/web.yaml',
      dockerfile: 'Dockerfile',
      target: undefined,
      starts: ['migrate up'],
      command: 'migrate up',
    },
  ]);
});

test('of several Dockerfiles the one whose name the image has', () => {
  const files = {
    Dockerfile: '',
    'api/Dockerfile': '',
    'Dockerfile.worker': '',
    'k8s.yaml': manifest(
      ['web', 'shop-api', 'shop_worker']
        .map((name) => `        - { image: me/${name}, command: [${name}] }\n`)
        .join(''),
    ),
  };
  const started = (dockerfile: string) => read(files, dockerfile).flatMap(({ starts }) => starts);
  expect(started('Dockerfile')).toEqual(['web']);
  expect(started('api/Dockerfile')).toEqual(['shop-api']);
  expect(started('Dockerfile.worker')).toEqual(['shop_worker']);
  expect(servicesAround(memoryContext(files), 'api', 'Dockerfile').flatMap(({ starts }) => starts)).toEqual([
    'shop-api',
  ]);
});

test('docker run in images that a file builds, and docker compose', () => {
  const files = {
    Makefile:
      'IMAGE = shop\nbuild:\n\tdocker build -t $(IMAGE):$(TAG) .\ntest:\n\tdocker run --rm -it -v $(PWD):/a -p80:80 \\\n\t  $(IMAGE):dev npm test\n\tdocker run other/lint lint .\n\tdocker-compose run --rm web ./job -a\n\tdocker compose exec -T db psql\n',
    'ci.sh': 'docker run --entrypoint sh ${IMAGE} -c "ls | wc"\ndocker run ${IMAGE}\n',
    '.github/workflows/ci.yml':
      'steps:\n  - with:\n      tags: me/shop:latest\n  - run: docker run --name a --env=A=b me/shop:latest ${{ matrix.test }}\n',
    'compose.yaml': 'services:\n  web: { build: . }\n  db: { image: postgres }\n',
  };
  expect(read(files).map(({ what, starts, command }) => [what, ...starts, command !== ''])).toEqual([
    ['docker run in .github/workflows/ci.yml', '"${matrix_test}"', true],
    ['docker run in Makefile', 'npm test', true],
    ['docker compose run in Makefile', './job -a', true],
    ['docker run in ci.sh', `sh -c 'ls | wc'`, false],
  ]);
});
