import { describe, expect, test } from '@jest/globals';
import { type BuildUse, buildsOf, discoverBuilds } from '../../src/discovery/discover.js';
import { memoryContext } from '../../src/project/context.js';

const lines = (...text: string[]): string => `${text.join('\n')}\n`;

/** `source: dockerfile in context > target {ARG=value} ?variable by builder`, one line a use; BuildKit is not named. */
function show(use: BuildUse): string {
  const args = Object.entries(use.buildArgs).map(([name, value]) => (value === null ? name : `${name}=${value}`));
  return [
    `${use.source}: ${use.inline === undefined ? (use.dockerfile ?? '?') : 'inline'} in ${use.context ?? '?'}`,
    use.target === undefined ? '' : ` > ${use.target}`,
    args.length === 0 ? '' : ` {${args.join(' ')}}`,
    use.variable.length === 0 ? '' : ` ?${use.variable.join(',')}`,
    use.builder === 'buildkit' ? '' : ` by ${use.builder}`,
  ].join('');
}

async function discover(files: Record<string, string>): Promise<string[]> {
  const { uses, notes } = await discoverBuilds(memoryContext(files));
  return [...uses.map(show), ...notes.map(({ source, message }) => `note ${source}: ${message}`)];
}

describe('compose', () => {
  test('short and long forms, arguments, inline, remote', async () => {
    const text = lines(
      'services:',
      '  a:',
      '    build: .',
      '  b:',
      '    build:',
      '      context: ./b',
      '      dockerfile: docker/Dockerfile.dev',
      '      target: ${STAGE:-dev}',
      '      args: { VERSION: 3, HTTP_PROXY: , TAG: "${TAG}", NAME: "x-${NAME:-y}" }',
      '  c:',
      '    build: { context: ., args: [A=1=2, B], dockerfile_inline: "FROM a" }',
      '  d:',
      '    build: https://github.com/x/y.git',
      '  e: { image: x }',
      '  f: { build: { context: "$CONTEXT" } }',
      '  g: { build: { context: ../.. } }',
    );
    expect(await discover({ 'app/compose.yaml': text, 'app/Dockerfile': '' })).toEqual([
      'app/compose.yaml:3: app/Dockerfile in app',
      'app/compose.yaml:5: app/b/docker/Dockerfile.dev in app/b > dev {VERSION=3 HTTP_PROXY TAG NAME=x-y} ?target,buildArgs',
      'app/compose.yaml:11: inline in app {A=1=2 B} ?buildArgs',
      'app/compose.yaml:15: ? in ? ?dockerfile,context',
      'app/compose.yaml:16: ? in ? ?dockerfile,context',
    ]);
  });

  test('an override inherits context and Dockerfile; extends and merge keys hold', async () => {
    const base = lines(
      'x-build: &b',
      '  context: api',
      '  dockerfile: Prod.Dockerfile',
      'services:',
      '  web:',
      '    build: *b',
      '  job:',
      '    build:',
      '      <<: *b',
      '      target: job',
    );
    const over = lines(
      'services:',
      '  web:',
      '    build:',
      '      target: dev',
      '  child:',
      '    extends: { service: web }',
      '    build: { args: [X=1] }',
    );
    expect(await discover({ 'docker-compose.yml': base, 'docker-compose.override.yml': over })).toEqual([
      'docker-compose.override.yml:3: api/Prod.Dockerfile in api > dev',
      'docker-compose.override.yml:7: Dockerfile in  > dev {X=1}',
      'docker-compose.yml:6: api/Prod.Dockerfile in api',
      'docker-compose.yml:8: api/Prod.Dockerfile in api > job',
    ]);
  });
});

describe('bake', () => {
  const hcl = lines(
    '// comment {',
    'variable "TAG" { default = "v1" }',
    'variable "FILE" {',
    '  default = "Dockerfile.dev"',
    '}',
    'group "default" { targets = ["app", "db"] }',
    'target "_common" {',
    '  args = { A = "1", B = "b-${TAG}" }',
    '}',
    'target "app" {',
    '  inherits = ["_common"]',
    '  context = "./app" # where',
    '  dockerfile = FILE',
    '  target = "prod"',
    '  args = {',
    '    B = upper("x")',
    '    "C": null,',
    '    D = <<EOT',
    'text }',
    'EOT',
    '  }',
    '  matrix = { x = ["1", "2"] }',
    '  tags = ["a:${TAG}", TAG == "" ? "}" : "b"]',
    '}',
    'target "db" { dockerfile = "db/${item}.Dockerfile" }',
    'target "in" { dockerfile-inline = "FROM a" }',
    'function "f" { params = [x], result = x }',
  );
  test('hcl', async () => {
    expect(await discover({ 'docker-bake.hcl': hcl })).toEqual([
      'docker-bake.hcl:10: app/Dockerfile.dev in app > prod {A=1 B D=text }\n} ?dockerfile,buildArgs',
      'docker-bake.hcl:25: ? in  ?dockerfile',
      'docker-bake.hcl:26: inline in ',
    ]);
  });

  test('json, run from its own folder or from the root', async () => {
    const json = JSON.stringify(
      { target: { a: { dockerfile: 'api/Dockerfile', args: { X: '${Y}' } }, b: { context: 'sub' } } },
      null,
      1,
    );
    expect(await discover({ 'ci/docker-bake.json': json, 'api/Dockerfile': '', 'ci/sub/Dockerfile': '' })).toEqual([
      'ci/docker-bake.json:3: api/Dockerfile in  {X} ?buildArgs',
      'ci/docker-bake.json:9: ci/sub/Dockerfile in ci/sub',
    ]);
  });

  test.each([
    'target "a" {',
    'target "a" { context = [[[',
    '"',
    'target "a" { inherits = ["a"] context = "x" }',
    '}}}} a a a',
    'x = <<E',
  ])('survives %j', async (text) => {
    await expect(discover({ 'docker-bake.hcl': text })).resolves.toBeInstanceOf(Array);
  });
});

describe('GitHub workflows', () => {
  test('build-push-action and run steps', async () => {
    const text = lines(
      'jobs:',
      '  build:',
      '    strategy:',
      '      matrix:',
      '        app: [web, api]',
      '    steps:',
      '      - uses: docker/build-push-action@v6',
      '        with:',
      '          context: .',
      '          file: ./${{ matrix.app }}/Dockerfile',
      '          target: ${{ inputs.stage }}',
      '          build-args: |',
      '            VERSION=${{ github.sha }}',
      '            MODE=ci',
      '      - uses: docker/build-push-action@v5',
      '        with: { context: "{{defaultContext}}:sub" }',
      '      - uses: docker/build-push-action@v5',
      '      - working-directory: tools',
      '        run: |',
      '          echo docker build nothing',
      '          docker build \\',
      '            -t x --build-arg A=1 .',
      '      - run: docker buildx build -f ${{ github.workspace }}/ci/Dockerfile ${{ matrix.app }}',
    );
    expect(await discover({ '.github/workflows/ci.yml': text })).toEqual([
      '.github/workflows/ci.yml:7: web/Dockerfile in  {VERSION MODE=ci} ?target,buildArgs',
      '.github/workflows/ci.yml:7: api/Dockerfile in  {VERSION MODE=ci} ?target,buildArgs',
      '.github/workflows/ci.yml:15: sub/Dockerfile in sub',
      '.github/workflows/ci.yml:17: Dockerfile in ',
      '.github/workflows/ci.yml:21: tools/Dockerfile in tools {A=1}',
      '.github/workflows/ci.yml:23: ci/Dockerfile in web',
      '.github/workflows/ci.yml:23: ci/Dockerfile in api',
    ]);
  });

  test('a matrix of includes, and composite actions', async () => {
    const workflow = lines(
      'defaults: { run: { working-directory: src } }',
      'jobs:',
      '  b:',
      '    strategy: { matrix: { include: [{ d: A.Dockerfile, t: x }, { d: B.Dockerfile }] } }',
      '    steps:',
      '      - run: docker build -f ${{ matrix.d }} --target ${{ matrix.t }} .',
    );
    const action = lines('runs:', '  steps:', '    - run: docker build .', '      shell: bash');
    expect(await discover({ '.github/workflows/a.yaml': workflow, '.github/actions/x/action.yml': action })).toEqual([
      '.github/actions/x/action.yml:3: Dockerfile in ',
      '.github/workflows/a.yaml:6: src/A.Dockerfile in src > x',
      '.github/workflows/a.yaml:6: src/B.Dockerfile in src ?target',
    ]);
  });
});

test('GitLab', async () => {
  const text = lines(
    'build:',
    '  before_script: [cd app]',
    '  script:',
    '    - docker login',
    '    - docker build --target prod -f "$CI_PROJECT_DIR/Dockerfile.ci" .',
    '    - |',
    '      cd ..',
    '      docker build $FLAGS -t x .',
    'kaniko:',
    '  script:',
    '    - /kaniko/executor --context "${CI_PROJECT_DIR}" --dockerfile docker/Dockerfile --build-arg A=$B',
  );
  expect(await discover({ '.gitlab-ci.yml': text })).toEqual([
    '.gitlab-ci.yml:5: Dockerfile.ci in app > prod',
    '.gitlab-ci.yml:8: Dockerfile in  ?dockerfile,target,buildArgs',
    '.gitlab-ci.yml:11: docker/Dockerfile in  {A} ?buildArgs by kaniko',
  ]);
});

describe('Makefiles', () => {
  test('recipes', async () => {
    const text = lines(
      'IMAGE ?= x',
      'DOC = docker build -f not/a/recipe .',
      'build: ; docker build .',
      'image: deps',
      '\t@$(DOCKER) build -t $(IMAGE) \\',
      '\t  --build-arg V=$(VERSION) -f build/Dockerfile .',
      '\tcd api && docker build .',
      '\tdocker build $(dir $@)',
      '\tdocker buildx build --platform=linux/amd64 --target=$${STAGE} $(CURDIR)',
    );
    expect(await discover({ 'svc/Makefile': text, 'svc/Dockerfile': '' })).toEqual([
      'svc/Makefile:3: svc/Dockerfile in svc',
      'svc/Makefile:5: svc/build/Dockerfile in svc {V} ?buildArgs',
      'svc/Makefile:7: svc/api/Dockerfile in svc/api',
      'svc/Makefile:8: ? in ? ?dockerfile,context',
      'svc/Makefile:9: svc/Dockerfile in svc ?target',
    ]);
  });
});

describe('shell scripts', () => {
  test.each<[string, string[]]>([
    ['docker build .', ['Dockerfile in ']],
    ['docker build -t a:b --no-cache --pull . # note', ['Dockerfile in ']],
    ['docker build --file=x/D -t t x', ['x/D in x']],
    ['docker build -fx/D .', ['x/D in ']],
    ['sudo -E DOCKER_BUILDKIT=1 docker --context c build --progress plain .', ['Dockerfile in ']],
    ['docker image build "a b"', ['a b/Dockerfile in a b']],
    [
      'docker buildx --builder b build --target \'prod\' --build-arg A --build-arg B="x y" .',
      ['Dockerfile in  > prod {A B=x y} ?buildArgs'],
    ],
    ['podman build .', ['Containerfile in  by podman']],
    ['buildah bud -f x.Containerfile .', ['x.Containerfile in  by buildah']],
    ['DOCKER_BUILDKIT=0 docker build .', ['Dockerfile in  by legacy']],
    ['docker build api 2>&1 >/dev/null', ['api/Dockerfile in api']],
    ['docker build - < docker/D', ['docker/D in ? ?context']],
    [
      'docker build -f - . <<EOF\nFROM a\ndocker build z\nEOF\ndocker build b',
      ['? in  ?dockerfile', 'b/Dockerfile in b'],
    ],
    ['docker build git@github.com:a/b.git', []],
    ['docker build https://github.com/a/b.git#main', []],
    ['docker build "$DIR"', ['? in ? ?dockerfile,context']],
    ['docker build $OPTS .', ['Dockerfile in  ?dockerfile,target,buildArgs']],
    ['docker build "${ARGS[@]}" -t x .', ['Dockerfile in  ?dockerfile,target,buildArgs']],
    ['docker build /abs/path', ['? in ? ?dockerfile,context']],
    ['D=api\ndocker build $D', ['api/Dockerfile in api ?dockerfile,context']],
    ['D=api\nD=web\ndocker build "$D"', ['? in ? ?dockerfile,context']],
    ['docker build ${D:-api}', ['api/Dockerfile in api ?dockerfile,context']],
    ['(cd a && docker build .); docker build .', ['a/Dockerfile in a', 'Dockerfile in ']],
    ['cd "$X"\ndocker build .', ['? in ? ?dockerfile,context']],
    ['pushd a\ndocker build .\npopd\ndocker build .', ['a/Dockerfile in a', 'Dockerfile in ']],
    ['if docker build .; then docker build b || exit 1; fi', ['Dockerfile in ', 'b/Dockerfile in b']],
    ['cd "$(git rev-parse --show-toplevel)/x"; docker build `pwd`', ['x/Dockerfile in x']],
    ['docker build . | tee log; docker run build .; echo docker build q', ['Dockerfile in ']],
    ['# docker build .\n"docker build', []],
    ['docker compose build .; docker buildx bake; docker builder prune', []],
    ['docker build "$PWD" -f "$(pwd)/a/D"', ['a/D in ']],
  ])('%j', async (text, expected) => {
    const found = await discover({ 'build.sh': text });
    expect(found.map((line) => line.replace(/^build\.sh:\d+: /, ''))).toEqual(expected);
  });

  test.each<[string, string[]]>([
    ['docker build -f Dockerfile .', ['Dockerfile in ']],
    ['cd "$(dirname "$0")/.."\ndocker build .', ['Dockerfile in ']],
    ['cd "$(dirname "${BASH_SOURCE[0]}")"\ndocker build .', ['scripts/Dockerfile in scripts']],
    [
      'HERE="$( cd "$( dirname "${BASH_SOURCE[0]}" )" && pwd )"\ndocker build "$HERE/.."',
      ['Dockerfile in  ?dockerfile,context'],
    ],
    ['docker build local', ['scripts/local/Dockerfile in scripts/local']],
    ['docker build both', ['both/Dockerfile in both', 'scripts/both/Dockerfile in scripts/both']],
  ])('in a folder: %j', async (text, expected) => {
    const there = {
      Dockerfile: '',
      'scripts/local/Dockerfile': '',
      'both/Dockerfile': '',
      'scripts/both/Dockerfile': '',
    };
    const found = await discover({ ...there, 'scripts/build.sh': text });
    expect(found.map((line) => line.replace(/^scripts\/build\.sh:\d+: /, ''))).toEqual(expected);
  });

  test('line numbers', async () => {
    const text = "echo 'a\nb' \\\n  c\n\ncat <<EOF\nx\nEOF\ndocker build \\\n  .\n";
    expect(await discover({ 'x.sh': text })).toEqual(['x.sh:8: Dockerfile in ']);
  });
});

describe('bad input', () => {
  test('malformed files are notes, the others still count', async () => {
    const files = {
      'compose.yaml': 'build: [1\n',
      'docker-bake.json': '{',
      '.github/workflows/x.yml': 'jobs: [1, {steps: 3}]',
      'sub/compose.yaml': 'services: { a: [], b: { build: 7 }, c: { build: [x] } , __proto__: { build: . } }',
      'ok/compose.yml': 'services: { a: { build: . } }',
      '.gitlab-ci.yml': '- a\n- docker\n',
    };
    const found = await discover(files);
    expect(found.filter((line) => line.startsWith('note')).map((line) => line.split(':')[0])).toEqual([
      'note compose.yaml',
      'note docker-bake.json',
    ]);
    expect(found).toContain('ok/compose.yml:1: ok/Dockerfile in ok');
    expect(({} as Record<string, unknown>)['build']).toBeUndefined();
  });

  test.each<[string, string]>([
    ['a.sh', 'docker '.repeat(100_000)],
    ['a.sh', `docker build ${'$('.repeat(50_000)}`],
    ['a.sh', `docker build ${'"$(\'`{'.repeat(50_000)}`],
    ['a.sh', `docker\n${'cat <<E\n'.repeat(20_000)}`],
    ['Makefile', `docker ${':'.repeat(200_000)}\n\t${'docker $('.repeat(50_000)}`],
    ['docker-bake.hcl', 'a '.repeat(200_000)],
    ['docker-bake.hcl', `target "a" { x = ${'['.repeat(100_000)}`],
    ['docker-bake.hcl', `target "a" { x = "${'${'.repeat(50_000)}`],
    [
      'docker-bake.hcl',
      Array.from({ length: 500 }, (_, i) => `target "t${i}" {\n inherits = ["t${i - 1}", "t${i - 1}"]\n}`).join('\n'),
    ],
    ['compose.yaml', `services: { a: { build: "${'${A:-'.repeat(20_000)}" } }`],
  ])('%s: a hostile text is read in linear time', async (name, text) => {
    await expect(discover({ [name]: text })).resolves.toBeInstanceOf(Array);
  });
});

test('buildsOf', async () => {
  const { uses } = await discoverBuilds(
    memoryContext({
      Dockerfile: '',
      'api/Dockerfile': '',
      'compose.yaml':
        'services: { a: { build: . }, b: { build: { context: ., target: dev, args: [A=1] } }, c: { build: { context: api, dockerfile: ../Dockerfile } } }',
      'x.sh': 'docker build --target extra -f "$F" .\ndocker build --target "$T" api',
    }),
  );
  expect(buildsOf(uses, 'Dockerfile')).toMatchObject({
    contexts: ['', 'api'],
    targets: ['dev', 'extra'],
    usesDefaultTarget: true,
    anyTarget: false,
    buildArgs: ['A'],
  });
  expect(buildsOf(uses, 'api/Dockerfile')).toMatchObject({
    contexts: ['api'],
    targets: ['extra'],
    usesDefaultTarget: true,
    anyTarget: true,
  });
  expect(buildsOf(uses, 'other/Dockerfile')).toMatchObject({ contexts: [], usesDefaultTarget: true });
});
