import { describe, expect, test } from '@jest/globals';
import { play } from './support/memory.js';

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

describe('BuildKit’s cache rules', () => {
  test('a step and all after it run again when what it copies changes', async () => {
    const text = lines('FROM a', 'COPY package.json ./', 'RUN npm ci', 'COPY src src', 'RUN npm run build');
    const start = { 'package.json': '1', 'src/a.js': '1', 'README.md': '1' };
    const changes = [{ 'README.md': '2' }, { 'src/a.js': '2' }, { 'package.json': '2' }];
    const { runs } = await play(text, start, changes);
    expect(runs).toEqual({ 2: '1', 3: '1', 4: '2', 5: '2' });
  });

  test('what was built before stays in the cache: a revert costs nothing', async () => {
    const text = lines('FROM a', 'COPY . .', 'RUN make');
    const { runs } = await play(text, { f: '1' }, [{ f: '2' }, { f: '1' }, { f: '2' }]);
    expect(runs).toEqual({ 2: '1', 3: '1' });
  });

  test('the ignore file of each commit keeps files out', async () => {
    const text = lines('FROM a', 'COPY . /app/');
    const start = { '.dockerignore': '.dockerignore\n*.md\n', 'a.md': '1', f: '1' };
    const changes = [{ 'a.md': '2' }, { '.dockerignore': '.dockerignore\n' }, { 'a.md': '3' }];
    expect((await play(text, start, changes)).runs).toEqual({ 2: '2' });
  });

  test('the Dockerfile’s own ignore file counts before the shared one', async () => {
    const text = lines('FROM a', 'COPY . /app/');
    const start = { 'Dockerfile.dockerignore': '*.md\n*ignore\n', '.dockerignore': '\n', 'a.md': '1' };
    expect((await play(text, start, [{ 'a.md': '2' }, { '.dockerignore': 'x' }])).runs).toEqual({});
  });

  test('lines that a rewrite adds to the ignore file hold at every commit', async () => {
    const text = lines('FROM a', 'COPY . /app/');
    const { runs } = await play(text, { f: '1', 'docs/a': '1' }, [{ 'docs/a': '2' }], { ignoreLines: ['docs'] });
    expect(runs).toEqual({});
  });

  test('a file in the context only counts where it is copied: the context may be a folder', async () => {
    const text = lines('FROM a', 'COPY . /app/');
    const start = { 'api/f': '1', 'web/f': '1' };
    expect((await play(text, start, [{ 'web/f': '2' }], { context: 'api' })).runs).toEqual({});
    expect((await play(text, start, [{ 'api/f': '2' }], { context: 'api' })).runs).toEqual({ 2: '1' });
  });

  test('a mode counts, a rename of a copied file counts', async () => {
    const text = lines('FROM a', 'COPY src/ /app/');
    expect((await play(text, { 'src/a': '1' }, [{ 'src/a': null, 'src/b': '1' }])).runs).toEqual({ 2: '1' });
  });

  test('an argument in scope counts for every RUN after it, used or not, and for a COPY only where it is used', async () => {
    const text = lines('FROM a', 'RUN one', 'ARG REVISION', 'COPY f /', 'RUN two', 'COPY f /$REVISION/', 'ARG OTHER');
    const { runs } = await play(text, { f: '1' }, [{}, {}], { varying: ['REVISION'] });
    expect(runs).toEqual({ 5: '2', 6: '2' });
  });

  test('an argument without a value, a predefined one, and one before FROM that no stage takes count for nothing', async () => {
    const text = lines('ARG REVISION', 'FROM a', 'ARG HTTP_PROXY', 'RUN one');
    const { runs } = await play(text, { f: '1' }, [{}, {}], { varying: ['REVISION', 'HTTP_PROXY'] });
    expect(runs).toEqual({});
  });

  test('an argument passes on to a stage that is built FROM this one', async () => {
    const text = lines('FROM a AS one', 'ARG REVISION', 'FROM one', 'RUN two');
    expect((await play(text, { f: '1' }, [{}], { varying: ['REVISION'] })).runs).toEqual({ 4: '1' });
  });

  test('LABEL, EXPOSE and CMD made of an argument bust nothing', async () => {
    const text = lines('FROM a', 'ARG REVISION', 'LABEL r=$REVISION', 'EXPOSE 80', 'COPY f /', 'CMD ["$REVISION"]');
    expect((await play(text, { f: '1' }, [{}], { varying: ['REVISION'] })).runs).toEqual({});
  });

  test('ENV counts for RUN', async () => {
    const text = lines('FROM a', 'ARG REVISION', 'ENV R=$REVISION', 'COPY f /', 'RUN x');
    expect((await play(text, { f: '1' }, [{}], { varying: ['REVISION'] })).runs).toEqual({ 5: '1' });
  });

  test('only the stages that the target needs are built', async () => {
    const text = lines(
      'FROM a AS test',
      'COPY . .',
      'FROM a AS tool',
      'COPY tool .',
      'FROM a AS app',
      'COPY --from=tool /tool /',
      'FROM app AS other',
      'COPY . .',
    );
    const inputs = { target: 'APP', buildArgs: {} };
    const { runs, result } = await play(text, { f: '1', tool: '1' }, [{ f: '2' }], { inputs });
    expect(runs).toEqual({});
    expect(result.steps.map(({ step }) => step.instruction.lines.first)).toEqual([4, 6]);
  });

  test('COPY --link may stand on what is before it, or not, as the engine can', async () => {
    const text = lines('FROM a', 'COPY f /', 'COPY --link g /', 'RUN x');
    expect((await play(text, { f: '1', g: '1' }, [{ f: '2' }])).runs).toEqual({ 2: '1', 3: '0-1', 4: '1' });
  });

  test('a bind mount is compared by content, a secret is not compared', async () => {
    const text = lines('FROM a', 'RUN --mount=type=bind,source=go.mod,target=/m --mount=type=secret,id=key x');
    expect((await play(text, { 'go.mod': '1', key: '1' }, [{ key: '2' }, { 'go.mod': '2' }])).runs).toEqual({ 2: '1' });
  });

  test('a bind mount without a source reads the whole context', async () => {
    const text = lines('FROM a', 'RUN --mount=type=bind,target=/src x');
    expect((await play(text, { f: '1' }, [{ f: '2' }])).runs).toEqual({ 2: '1' });
  });

  test('ADD of an address and here-documents do not change with the context', async () => {
    const text = lines(
      'FROM a',
      'ADD https://example.com/x.tar /x',
      'COPY <<EOF /f',
      'text',
      'EOF',
      'RUN <<EOF',
      'x',
      'EOF',
    );
    expect((await play(text, { f: '1' }, [{ f: '2' }])).runs).toEqual({});
  });

  test('wildcards, --exclude and --parents choose what is read', async () => {
    const text = lines('FROM a', 'COPY *.json /a/', 'COPY --exclude=*.md . /b/', 'COPY --parents */package.json /c/');
    const start = { 'x.json': '1', 'a.md': '1', 'one/package.json': '1', 'one/README.md': '1' };
    expect((await play(text, start, [{ 'a.md': '2' }, { 'one/README.md': '2' }])).runs).toEqual({ 3: '1', 4: '1' });
    expect((await play(text, start, [{ 'one/package.json': '2' }])).runs).toEqual({ 3: '1', 4: '1' });
  });

  test('.git of a clone is in a context that does not ignore it', async () => {
    const text = lines('FROM a', 'COPY . .');
    expect((await play(text, { f: '1' }, [{}], { cloned: true })).runs).toEqual({ 2: '1' });
    expect((await play(text, { f: '1', '.dockerignore': '.git' }, [{}], { cloned: true })).runs).toEqual({});
  });
});

describe('COPY --from', () => {
  const built = lines('FROM a AS build', 'COPY src src', 'RUN make', 'FROM b', 'COPY --from=build /out /', 'RUN last');

  test('is a range when the stage ran again', async () => {
    expect((await play(built, { 'src/a': '1' }, [{ 'src/a': '2' }])).runs).toEqual({
      2: '1',
      3: '1',
      5: '0-1',
      6: '0-1',
    });
  });

  test('runs again for certain when the file comes from the context unchanged by any command', async () => {
    const text = lines('FROM a AS build', 'COPY src /src', 'FROM b', 'COPY --from=build /src/a /', 'RUN last');
    const start = { 'src/a': '1', 'src/b': '1' };
    expect((await play(text, start, [{ 'src/a': '2' }])).runs).toEqual({ 2: '1', 4: '1', 5: '1' });
    expect((await play(text, start, [{ 'src/b': '2' }])).runs).toEqual({ 2: '1' });
  });

  test('hangs only on the steps that may write what it takes', async () => {
    const text = lines(
      'FROM node:20 AS deps',
      'WORKDIR /app',
      'COPY package.json ./',
      'RUN npm ci',
      'COPY src src',
      'FROM node:20',
      'COPY --from=deps /app/node_modules /node_modules',
    );
    expect((await play(text, { 'package.json': '1', 'src/a': '1' }, [{ 'src/a': '2' }])).runs).toEqual({ 5: '1' });
  });

  test('follows stages by name, by number and through FROM stage', async () => {
    const text = lines(
      'FROM a AS base',
      'COPY f /f',
      'FROM base AS child',
      'FROM c',
      'COPY --from=1 /f /f',
      'FROM c',
      'COPY --from=2 /f /',
    );
    expect((await play(text, { f: '1' }, [{ f: '2' }])).runs).toEqual({ 2: '1', 5: '1', 7: '1' });
  });
});

describe('what installs cost', () => {
  test('an install is needless when no manifest changed', async () => {
    const text = lines('FROM node:20', 'COPY . .', 'RUN npm ci', 'RUN apt-get update && apt-get install -y git');
    const { result } = await play(text, { 'package.json': '1', f: '1' }, [{ f: '2' }, { 'package.json': '2' }]);
    const [, install, system] = result.steps;
    expect(install!.needless).toEqual({ lower: 1, upper: 1 });
    expect(system!.needless).toEqual({ lower: 2, upper: 2 });
    expect(result.total).toEqual({ lower: 131, upper: 131 });
  });

  test('what a mix.exs reads is one of its manifests', async () => {
    const text = lines('FROM elixir', 'COPY VERSION mix.exs ./', 'RUN mix deps.get');
    const start = { 'mix.exs': 'version: File.read!(Path.join(__DIR__, "VERSION"))', VERSION: '1' };
    expect((await play(text, start, [{ VERSION: '2' }])).result.steps[1]!.needless.upper).toBe(0);
    const unread = { 'mix.exs': 'version: "1"', VERSION: '1' };
    expect((await play(text, unread, [{ VERSION: '2' }])).result.steps[1]!.needless.upper).toBe(1);
    const read = { ...start, 'mix.exs': 'version: "1"' };
    expect((await play(text, start, [read, { VERSION: '2' }])).result.steps[1]!.needless.upper).toBe(1);
  });

  test('packages that are linked to what Mix fetches are installed by what Mix goes by', async () => {
    const text = lines(
      'FROM elixir',
      'COPY mix.* config ./',
      'RUN mix deps.get',
      'COPY assets assets',
      'RUN npm ci --prefix assets',
    );
    const linked = { 'mix.exs': '', 'mix.lock': '1', 'config/a': '1', 'assets/package.json': '"file:../deps/phoenix"' };
    const changes = [{ 'mix.lock': '2' }, { 'config/a': '2' }];
    expect((await play(text, linked, changes)).result.steps[3]!.needless.upper).toBe(1);
    const apart = { ...linked, 'assets/package.json': '"^1.0.0"' };
    expect((await play(text, apart, changes)).result.steps[3]!.needless.upper).toBe(2);
  });

  test('go get of the project itself goes by its sources where there is no go.mod', async () => {
    const get = (packages: string) =>
      lines('FROM golang', 'WORKDIR /go/src/a.b/c', 'COPY . .', `RUN go get ${packages}`);
    const start = { 'main.go': '1', f: '1' };
    const changes = [{ 'main.go': '2' }, { f: '2' }];
    const needless = async (packages: string, files: Readonly<Record<string, string>>) =>
      (await play(get(packages), files, changes)).result.steps[2]!.needless.upper;
    expect(await needless('-v ./...', start)).toBe(1);
    expect(await needless('a.b/c', start)).toBe(1);
    expect(await needless('a.b/other', start)).toBe(2);
    expect(await needless('./...', { ...start, 'go.mod': '1' })).toBe(2);
  });

  test('an install that was done in a folder which another stage gives is only finished', async () => {
    const file = (folder: string, run: string) =>
      lines(
        'FROM python AS deps',
        'WORKDIR /opt/setup',
        'COPY pyproject.toml ./',
        'RUN poetry install --only main',
        'FROM python',
        'ENV VENV=/opt/setup/.venv',
        `COPY --from=deps ${folder} ${folder}`,
        'WORKDIR /app',
        'COPY . .',
        `RUN ${run}`,
      );
    const needless = async (folder: string, run: string) => {
      const start = { 'pyproject.toml': '1', f: '1' };
      return (await play(file(folder, run), start, [{ f: '2' }])).result.steps.at(-1)!.needless.upper;
    };
    expect(await needless('/opt/setup', '. $VENV/bin/activate && poetry install --only main')).toBe(0);
    expect(await needless('/opt', '. $VENV/bin/activate && poetry install --only main')).toBe(0);
    expect(await needless('/opt/setup', 'poetry install --only main')).toBe(1);
    expect(await needless('/opt/setup', '. $VENV/bin/activate && poetry install')).toBe(1);
    expect(await needless('/opt/other', '. $VENV/bin/activate && poetry install --only main')).toBe(1);
  });

  test('a build that fetches dependencies counts as an install where nothing before it did', async () => {
    const both = lines('FROM golang', 'COPY . .', 'RUN go build ./...');
    const split = lines(
      'FROM golang',
      'COPY go.mod go.sum ./',
      'RUN go mod download',
      'COPY . .',
      'RUN go build ./...',
    );
    const start = { 'go.mod': '1', 'go.sum': '1', 'main.go': '1' };
    const before = await play(both, start, [{ 'main.go': '2' }]);
    expect(before.result.steps[1]!.needless.upper).toBe(1);
    expect(before.result.total.upper).toBe(75.5);
    const after = await play(split, start, [{ 'main.go': '2' }]);
    expect(after.result.steps.map(({ needless }) => needless.upper)).toEqual([0, 0, 0, 0]);
    expect(after.result.total.upper).toBe(30.5);
  });

  test('a cache mount makes it cheaper by the stated factor', async () => {
    const text = lines('FROM node:20', 'COPY . .', 'RUN --mount=type=cache,target=/root/.npm npm ci');
    expect((await play(text, { f: '1' }, [{ f: '2' }], { cacheMountFactor: 0.2 })).result.total.upper).toBe(9.5);
  });

  test('a commit without a file that is copied by name is counted', async () => {
    const text = lines('FROM a', 'COPY f /');
    expect((await play(text, { g: '1' }, [{ f: '1' }, { f: null }])).result.unbuildable).toBe(1);
  });
});
