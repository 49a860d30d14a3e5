import fc from 'fast-check';
import { type ContextFiles, build, USUAL } from './build.js';
import { BuildError } from './tree.js';

/** A random build: a Dockerfile of modelled commands and the context that it copies from. */
export interface Case {
  readonly text: string;
  readonly context: ContextFiles;
  /** Whether dfix is shown the context, as it is for a file of a repository. */
  readonly project: boolean;
}

/** Lines that any image may have; `APP` stands for nothing in particular: a variable, a label, a user. */
const common = [
  'WORKDIR /app',
  'WORKDIR /srv/site',
  'WORKDIR sub',
  'ENV APP=/app',
  'ENV MODE=fast LEVEL=$MODE',
  'ENV MODE slow',
  'ENV PATH=/opt/bin:$PATH',
  'ENV NODE_ENV=production',
  'ENV PIP_NO_CACHE_DIR=1',
  'ENV CGO_ENABLED=0 GOOS=linux',
  'ARG SHA=dev',
  'ARG GIT_COMMIT',
  'ARG BUILD_DATE=now',
  'ARG BUILD_NUMBER=1',
  'ENV REVISION=$GIT_COMMIT',
  'ENV SHA=$SHA',
  'LABEL revision=$SHA',
  'LABEL maintainer="a b" date="$BUILD_DATE"',
  'RUN mkdir -p /opt/data /opt/bin',
  'RUN mkdir -p logs && touch logs/one',
  'RUN echo $SHA > /opt/revision',
  'RUN echo "$MODE $APP" > mode.txt',
  'RUN env > /opt/environment',
  'RUN rm -rf /tmp/*',
  'RUN rm -f /opt/revision',
  'RUN rm -rf src/test',
  'RUN cp -r src /opt/copy',
  'RUN mv README.md /opt/readme',
  'RUN cat README.md',
  'RUN chmod 755 /app',
  'RUN chmod +x scripts/setup.js',
  'RUN [ -f README.md ]',
  'RUN touch /opt/a && rm /opt/a',
  'COPY . .',
  'COPY . /app',
  'COPY . /app/',
  'COPY src ./src',
  'COPY src/ /app/src/',
  'COPY README.md /opt/',
  'COPY scripts scripts',
  'EXPOSE 8080',
  'VOLUME /data',
  'STOPSIGNAL SIGTERM',
  'HEALTHCHECK CMD cat README.md',
  '# a comment that must stay',
  'SHELL ["/bin/bash", "-c"]',
  'SHELL ["/bin/bash", "-eo", "pipefail", "-c"]',
];

const downloads = [
  'RUN curl -o /tmp/tool.tgz https://example.com/tool.tgz',
  'RUN curl -fsSL https://example.com/tool.tgz -o /tmp/tool.tgz && tar -xzf /tmp/tool.tgz -C /opt && rm /tmp/tool.tgz',
  'RUN wget -O /tmp/tool.tgz https://example.com/tool.tgz',
  'RUN curl -fsSL https://example.com/tool.tgz | tar xz -C /opt',
  'RUN tar -xzf /tmp/tool.tgz -C /opt',
  'RUN rm /tmp/tool.tgz',
  'RUN rm -rf /tmp/tool.tgz /tmp/other',
  'ADD https://example.com/tool.tgz /tmp/',
  'ADD https://example.com/tool.tgz /tmp/tool.tgz',
];

const apt = [
  'RUN apt-get update',
  'RUN apt-get update && apt-get install -y curl git',
  'RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*',
  'RUN set -eux; apt-get update; apt-get install -y gcc; rm -rf /var/lib/apt/lists/*',
  'RUN apt-get update \\\n    && apt-get install -y make \\\n    # for the build\n    gcc \\\n    && apt-get clean \\\n    && rm -rf /var/lib/apt/lists/* /tmp/*',
  'RUN apt-get install -y make',
  'RUN apt-get -y install wget && apt-get clean',
  'RUN apt-get update && apt-get install -y gcc && cp -r src /opt/c && apt-get purge -y gcc',
  'RUN apt-get purge -y gcc && apt-get autoremove -y',
  'RUN rm -rf /var/lib/apt/lists/*',
  'RUN apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/apt/*',
  'RUN cp -r /var/lib/apt/lists /opt/lists',
  'RUN <<EOF\napt-get update\napt-get install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF',
];

const apk = [
  'RUN apk update',
  'RUN apk add --no-cache curl git',
  'RUN apk add --update curl',
  'RUN apk -U add make',
  'RUN apk update && apk add gcc && rm -rf /var/cache/apk/*',
  'RUN apk add gcc',
  'RUN apk add --no-cache --virtual .build gcc make',
  'RUN apk del .build',
  'RUN mkdir -p /opt/data && sh -c "apk add --no-cache curl"',
  'RUN apk add --no-cache --virtual .tools gcc && cp -r src /opt/c && apk del .tools',
  'RUN rm -rf /var/cache/apk/*',
];

const npm = [
  'COPY package.json package-lock.json ./',
  'COPY package*.json ./',
  'COPY package.json /app/',
  'RUN npm ci',
  'RUN npm ci --omit=dev',
  'RUN npm install',
  'RUN npm install --production && npm cache clean --force',
  'RUN npm ci --ignore-scripts',
  'RUN npm run build',
  'RUN npm ci && npm run build',
  'RUN npm install -g serve',
  'RUN touch /opt/installed && sh -c "npm ci"',
  'RUN sh -c "npm ci && npm cache clean --force"',
  'RUN npm cache clean --force',
  'RUN rm -rf /root/.npm',
  'RUN cp -r /root/.npm /opt/npm',
  'RUN rm -rf node_modules',
  'COPY yarn.lock .',
  'RUN yarn install --frozen-lockfile',
  'RUN yarn --frozen-lockfile && yarn cache clean',
  'RUN yarn build',
  'RUN chown -R node:node /app',
  'RUN chown -R node:node .',
  'COPY --chown=node:node . .',
  'COPY --chown=node src ./src',
  'USER node',
  'USER root',
  'USER 1000',
];

const pip = [
  'COPY requirements.txt .',
  'COPY requirements.txt base.txt /app/',
  'COPY base.txt .',
  'COPY lib ./lib',
  'RUN pip install -r requirements.txt',
  'RUN pip install --no-cache-dir -r requirements.txt',
  'RUN pip3 install flask gunicorn',
  'RUN mkdir -p /opt/data && /bin/sh -c "pip install --no-cache-dir flask"',
  'RUN pip install .',
  'RUN pip install -r requirements.txt && rm -rf /root/.cache',
  'RUN rm -rf /root/.cache/pip',
  'RUN pip cache purge',
  'RUN cp -r /root/.cache /opt/cache',
];

const go = [
  'COPY go.mod go.sum ./',
  'COPY go.mod .',
  'COPY local ./local',
  'COPY local/go.mod local/',
  'RUN go mod download',
  'RUN go build -o /opt/app .',
  'RUN go build -o app ./cmd/server',
  'RUN CGO_ENABLED=0 go build -ldflags "-s -w" -o /opt/app ./cmd/server',
  'RUN go clean -modcache',
  "RUN touch /opt/built && sh -c 'go build -o /opt/app . && touch /opt/done'",
  'RUN GOPROXY=off go build -o /opt/app .',
  'RUN cp -r /go/pkg /opt/pkg',
];

/** A base image, the commands that it has, and those of its kind. */
const families: readonly { readonly base: string; readonly lines: readonly string[] }[] = [
  { base: 'debian:bookworm', lines: [...apt, ...apt, ...downloads] },
  { base: 'alpine:3.19', lines: [...apk, ...apk, ...downloads] },
  { base: 'node:20-bookworm', lines: [...npm, ...npm, ...apt, ...downloads] },
  { base: 'node:20-alpine', lines: [...npm, ...npm, ...apk] },
  { base: 'python:3.11-bookworm', lines: [...pip, ...pip, ...apt, ...downloads] },
  { base: 'golang:1.22-bookworm', lines: [...go, ...go, ...apt] },
];

const ends = ['CMD ["node", "dist/index.js"]', 'CMD cat README.md', 'ENTRYPOINT ["/opt/app"]', ''];

function stage(
  family: (typeof families)[number],
  from: readonly string[],
  names: readonly string[],
): fc.Arbitrary<readonly string[]> {
  const copies = names.flatMap((name) => [`COPY --from=${name} /app /app`, `COPY --from=${name} /opt /opt`]);
  const line = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...family.lines) },
    { weight: 2, arbitrary: fc.constantFrom(...common, ...copies, ...copies, ...copies) },
  );
  return fc
    .tuple(fc.array(line, { minLength: 2, maxLength: 9 }), fc.constantFrom(...ends), fc.boolean())
    .map(([lines, end, workdir]) => [
      ...from,
      ...(workdir ? ['WORKDIR /app'] : []),
      ...lines,
      ...(end === '' ? [] : [end]),
    ]);
}

const instructions: fc.Arbitrary<readonly string[]> = fc.constantFrom(...families).chain((family) =>
  fc.oneof(
    { weight: 3, arbitrary: stage(family, [`FROM ${family.base}`], []) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(stage(family, [`FROM ${family.base} AS build`], []), fc.constantFrom(family, ...families), fc.boolean())
        .chain(([first, other, inherit]) =>
          stage(inherit ? family : other, [inherit ? '\nFROM build' : `\nFROM ${other.base}`], ['build']).map(
            (second) => [...first, ...second],
          ),
        ),
    },
    {
      weight: 1,
      arbitrary: stage(family, [`ARG VERSION=${family.base}`, 'ARG GIT_COMMIT=none', 'FROM $VERSION'], []),
    },
  ),
);

const context: fc.Arbitrary<ContextFiles> = fc
  .record({
    postinstall: fc.constantFrom(undefined, 'node scripts/setup.js', 'cat README.md'),
    npmrc: fc.boolean(),
    lock: fc.boolean(),
    requirements: fc.constantFrom('flask\n', '-r base.txt\nflask\n', './lib\nflask\n', '-e .\n'),
    replace: fc.boolean(),
    ignore: fc.constantFrom(undefined, 'node_modules\n', 'README.md\n', '.git\nnode_modules\n'),
    installed: fc.boolean(),
  })
  .map(({ postinstall, npmrc, lock, requirements, replace, ignore, installed }) => ({
    'README.md': 'read me',
    'package.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      scripts: { build: 'node scripts/build.js', ...(postinstall === undefined ? {} : { postinstall }) },
      dependencies: { express: '4.18.2' },
    }),
    ...(lock ? { 'package-lock.json': '{"lockfileVersion": 3, "packages": {}}' } : {}),
    'yarn.lock': '# yarn lockfile v1\n',
    ...(npmrc ? { '.npmrc': 'fund=false\n' } : {}),
    'scripts/setup.js': 'setup()',
    'scripts/build.js': 'build()',
    'src/index.js': 'require("express")',
    'src/test/one.js': 'test()',
    'requirements.txt': requirements,
    'base.txt': 'jinja2\n',
    'setup.py': 'from setuptools import setup\nsetup(name="app")\n',
    'lib/setup.py': 'from setuptools import setup\nsetup(name="lib")\n',
    'go.mod': `module example.com/app\n\ngo 1.22\n\nrequire example.com/dep v1.0.0\n${replace ? 'replace example.com/dep => ./local\n' : ''}`,
    'go.sum': '',
    'main.go': 'package main\n\nfunc main() {}\n',
    'cmd/server/main.go': 'package main\n\nfunc main() {}\n',
    'local/go.mod': 'module example.com/dep\n',
    ...(ignore === undefined ? {} : { '.dockerignore': ignore }),
    ...(installed ? { 'node_modules/express/index.js': 'of the host' } : {}),
  }));

export const cases: fc.Arbitrary<Case> = fc
  .record({ instructions, context, project: fc.boolean() })
  .map(({ instructions: all, ...rest }) => ({ text: buildable(all, rest.context), ...rest }));

/** The instructions without those at which the build would fail. */
function buildable(all: readonly string[], files: ContextFiles): string {
  let text = '';
  for (const instruction of all) {
    const longer = `${text}${instruction}\n`;
    try {
      if (/FROM/.test(longer)) build(longer, files, new Map(), USUAL);
      text = longer;
    } catch (error) {
      if (!(error instanceof BuildError)) throw error;
    }
  }
  return text;
}
