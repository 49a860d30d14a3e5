import fc from 'fast-check';

/** Lines that meet a rule of the parser, of the shell, or of a transform. */
const LINES = [
  '# a comment',
  '  # an indented comment',
  '# escape=`',
  '# syntax=docker/dockerfile:1',
  '# dfix-ignore mount-package-caches because',
  '',
  '\t',
  'FROM scratch',
  'FROM --platform=$BUILDPLATFORM node:20 AS extra',
  'FROM $BASE',
  'ARG BASE=alpine:3.20',
  'ARG GIT_SHA',
  'ENV PATH=/opt/bin:$PATH HOME=/home/a',
  'ENV npm_config_cache /tmp/cache',
  'USER 1000:1000',
  'USER root',
  'WORKDIR $HOME/app',
  'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
  'SHELL ["powershell", "-Command"]',
  'COPY . .',
  'COPY --from=0 / /',
  'COPY --chown=app package*.json ./',
  'COPY <<EOF /etc/motd\nhello $NAME\nEOF',
  'ADD https://example.com/a.tar.gz /tmp/',
  'RUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nEOF',
  'RUN <<-"EOF" cat\n\ttext\n\tEOF',
  'RUN ["apt-get", "update"]',
  'RUN apt-get update',
  'RUN apt-get update && apt-get install -y curl \\\n  # why\n  git && rm -rf /var/lib/apt/lists/*',
  'RUN set -eux; apk add --no-cache --virtual .build gcc; make; apk del .build',
  'RUN --mount=type=cache,target=/root/.npm npm ci',
  'RUN --network=none pip install -r requirements.txt',
  'RUN if [ -f yarn.lock ]; then yarn; else npm install; fi',
  'RUN for a in b c; do pip install $a; done && rm -rf ~/.cache',
  'RUN (cd /src && go build -o /bin/app ./...) | tee log',
  'RUN cd /opt && curl -fsSL https://example.com/a.tgz | tar xz',
  'RUN wget https://example.com/a.zip && unzip a.zip && rm a.zip',
  'RUN chown -R app:app /app',
  'RUN rm -rf /tmp/* /var/tmp/*',
  'RUN echo "unterminated',
  "RUN echo 'a\\\nb'",
  'ONBUILD RUN npm ci',
  'HEALTHCHECK --interval=5s CMD curl -f http://localhost/',
  'LABEL revision=$GIT_SHA "a b"="c"',
  'VOLUME /var/lib/apt',
  'CMD npm start',
  'ENTRYPOINT exec java -jar app.jar',
  'MAINTAINER a <b@c>',
  'NONSENSE x',
] as const;

/** Pieces put into the middle of a line. */
const PIECES = [
  ' \\\n',
  '\\',
  '"',
  "'",
  '$',
  '${A:-b}',
  '$(date)',
  '`',
  ' && ',
  '; ',
  ' | ',
  ' > /out ',
  ' #',
  '<<E',
  '\r',
  '\u00a0',
  '*',
  '{{ x }}',
] as const;

type Mutation = (lines: string[], at: number, other: readonly string[], pick: number) => void;

const MUTATIONS: readonly Mutation[] = [
  (lines, at) => void lines.splice(at, 1),
  (lines, at) => void lines.splice(at, 0, lines[at]!),
  (lines, at, _, pick) => void lines.splice(at, 0, LINES[pick % LINES.length]!),
  (lines, at, other, pick) => void lines.splice(at, 0, ...other.slice(pick % other.length).slice(0, 3)),
  (lines, at, _, pick) => void lines.splice(pick % lines.length, 0, ...lines.splice(at, 1)),
  (lines, at, _, pick) => {
    const line = lines[at]!;
    const cut = pick % (line.length + 1);
    lines[at] = line.slice(0, cut) + PIECES[pick % PIECES.length]! + line.slice(cut);
  },
  (lines, at, _, pick) => {
    const words = lines[at]!.split(' ');
    words.splice(pick % words.length, 1);
    lines[at] = words.join(' ');
  },
  (lines, at) => {
    lines[at] = lines[at]!.toLowerCase();
  },
  (lines, at) => {
    if (at + 1 < lines.length) lines.splice(at, 2, `${lines[at]!} ${lines[at + 1]!}`);
  },
  (lines) => {
    for (const [index, line] of lines.entries()) lines[index] = line.replace(/\r?$/, '\r');
  },
];

/** Texts near real ones: some lines of one taken away, doubled, moved, cut, or joined with lines of another. */
export function mutants(texts: readonly string[]): fc.Arbitrary<string> {
  const text = fc.nat(texts.length - 1);
  const edit = fc.tuple(fc.nat(MUTATIONS.length - 1), fc.nat(10_000), fc.nat(10_000));
  return fc.tuple(text, text, fc.array(edit, { minLength: 1, maxLength: 6 })).map(([one, two, edits]) => {
    const lines = texts[one]!.split('\n');
    const other = texts[two]!.split('\n');
    for (const [kind, at, pick] of edits) {
      if (lines.length > 0) MUTATIONS[kind]!(lines, at % lines.length, other, pick);
    }
    return lines.join('\n');
  });
}
