import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { commutes, effectsOf, globsMeet, orderReason, readFacts } from '../../src/facts/index.js';

const HEAD = 'FROM node:20-bookworm\nWORKDIR /app\n';

function pair(first: string, second: string) {
  const file = Dockerfile.parse(`${HEAD}${first}\n${second}\n`);
  return { facts: readFacts(file), a: file.instructions[2]!, b: file.instructions[3]! };
}

describe('which instructions may change places', () => {
  test.each([
    ['COPY . /app', 'RUN apt-get update && apt-get install -y git', true],
    ['COPY package.json ./', 'RUN npm ci', false],
    ['COPY package.json package-lock.json ./', 'RUN apt-get install -y git', true],
    ['COPY package.json ./', 'COPY yarn.lock ./', true],
    ['COPY package.json ./', 'COPY config ./', false],
    ['COPY package*.json ./', 'COPY yarn.lock* ./', true],
    ['COPY package*.json ./', 'COPY package.json ./', false],
    ['COPY package*.json ./', 'COPY config* ./', false],
    ['COPY package*.json ./', 'RUN npm ci', false],
    ['COPY package*.json /data/', 'RUN mkdir /data', false],
    ['COPY package*.json /', 'RUN apt-get install -y git', true],
    ['COPY --parents a/package.json ./', 'COPY yarn.lock ./a/', false],
    ['COPY package.json /data/', 'RUN mkdir /data', false],
    ['COPY package.json /data', 'RUN touch /data/package.json', false],
    ['RUN chmod +x /run.sh', 'RUN apt-get install -y git', true],
    ['RUN chmod +x /run.sh && ./run.sh', 'RUN apt-get install -y git', false],
    ['RUN sed -i s/a/b/ /run.sh', 'RUN apt-get install -y git', false],
    ['RUN chown git /run.sh', 'RUN apt-get install -y git', false],
    ['RUN chmod +x /usr/bin/git', 'RUN apt-get install -y git', false],
    ['RUN chmod +x /opt/app/*', 'RUN apt-get install -y git', true],
    ['RUN chmod +x /opt/*', 'RUN apt-get install -y git', false],
    ['COPY a.rpm /tmp', 'RUN apt-get install -y /tmp/a.rpm', false],
    ['COPY run.sh /usr/local/bin', 'RUN apt-get install -y git', true],
    ['RUN cp /usr/share/a /a', 'RUN apt-get install -y git', false],
    ['COPY list ./', 'RUN while read name; do pip install $name; done < list', false],
    ['COPY x /app/out', 'RUN { echo a; } > out', false],
    ['COPY log ./', 'RUN true &> log', false],
    ['COPY log ./', 'RUN true 2>&1', true],
    ['COPY body.json ./', 'RUN curl -d @body.json https://example.com/', false],
    ['COPY pyproject.toml ./', 'RUN pip install --group main', false],
    ['COPY app/setup.py app/', 'RUN pip install app/[web]', false],
    ['COPY base.txt ./', 'RUN pip install -r requirements.txt', false],
    ['COPY uv.toml ./', 'RUN uv pip install flask', false],
    ['COPY package.json ./', 'RUN npm install -g', false],
    ['COPY package.json ./', 'RUN npm install -g file:.', false],
    ['COPY .yarnrc ./', 'RUN yarn global add serve', false],
    ['COPY rust-toolchain.toml ./', 'RUN rustup target add wasm32-unknown-unknown', false],
    ['COPY lib/go.mod lib/', 'RUN go mod download', false],
    ['ENV NODE_ENV=production', 'RUN npm ci', false],
    ['ENV FOO=1', 'RUN mkdir -p /srv/data', true],
    ['ENV FOO=1', 'RUN echo $FOO', false],
    ['ENV FOO=1', 'ENV FOO=2', false],
    ['ENV FOO=1', 'ENV BAR=$FOO', false],
    ['ENV FOO=1', 'ENV BAR=2', true],
    ['ENV DEBIAN_FRONTEND=noninteractive', 'RUN apt-get install -y git', false],
    ['ARG VERSION=1', 'RUN curl -o /x https://example.com/$VERSION', false],
    ['LABEL a=b', 'RUN npm ci', true],
    ['EXPOSE 80', 'RUN npm ci', true],
    ['CMD ["node", "a.js"]', 'RUN npm ci', true],
    ['CMD ["a"]', 'CMD ["b"]', false],
    ['CMD ["a"]', 'ENTRYPOINT ["b"]', false],
    ['USER node', 'RUN npm ci', false],
    ['USER node', 'LABEL a=b', true],
    ['WORKDIR /srv', 'RUN npm ci', false],
    ['WORKDIR /srv', 'COPY a b', false],
    ['WORKDIR /srv', 'COPY a /opt/b', true],
    ['WORKDIR /srv', 'COPY a /srv/b', false],
    ['WORKDIR /', 'COPY . /opt/b', true],
    ['SHELL ["/bin/bash", "-c"]', 'RUN echo a', false],
    ['SHELL ["/bin/bash", "-c"]', 'CMD echo a', false],
    ['COPY a /srv/a', 'COPY b /srv/b', true],
    ['COPY a /srv/', 'COPY b /srv/b', false],
    ['COPY a /etc/apt/sources.list', 'RUN apt-get update', false],
    ['COPY run.sh /usr/local/bin/', 'RUN apt-get install -y git', true],
    ['COPY curl /usr/local/bin/curl', 'RUN apt-get install -y git', false],
    ['COPY bin/ /usr/local/bin/', 'RUN apt-get install -y git', false],
    ['COPY tool /usr/bin/tool', 'RUN apt-get install -y git', false],
    ['COPY . /usr/src/app', 'RUN apt-get install -y git', true],
    ['COPY . /opt/app', 'RUN npm install -g pnpm', true],
    ['COPY . .', 'RUN npm install -g pnpm', true],
    ['COPY . /var/www/html', 'RUN apt-get install -y libpng-dev', true],
    ['COPY . /var/www/html', 'RUN apt-get install -y apache2', false],
    ['COPY nginx.conf /etc/nginx/nginx.conf', 'RUN apt-get install -y nginx', false],
    ['COPY --chown=node:node . .', 'RUN apt-get install -y git', true],
    ['RUN apt-get install -y postgresql', 'COPY --chown=postgres . .', false],
    ['COPY . /root', 'RUN apt-get install -y git', false],
    ['COPY . .', 'RUN apt-get install -y ./x.deb', false],
    ['WORKDIR /usr/src/app', 'RUN apt-get install -y git', true],
    ['WORKDIR /srv', 'RUN touch x', false],
    ['WORKDIR /srv', 'RUN echo $PWD', false],
    ['ENV PATH=/app/bin:$PATH', 'RUN apt-get install -y git', false],
    ['COPY . /opt/app', 'RUN rm -rf /opt', false],
    ['COPY . /opt/venv/lib', 'RUN /opt/venv/bin/pip install flask', false],
    ['COPY . /opt/app', 'RUN /opt/venv/bin/pip install flask', true],
    ['COPY . /opt/app', 'RUN /usr/bin/pip install flask', true],
    ['COPY a.txt /srv/data/a', 'RUN gunzip /srv/data/a.gz', false],
    ['COPY b /srv/other/b', 'RUN gunzip /srv/data/a.gz', true],
    ['COPY a /srv/conf/a', 'RUN sed -i s/x/y/ /srv/conf/b', true],
    ['COPY a /srv/conf/a', 'RUN sed -i.bak s/x/y/ /srv/conf/b', false],
    ['COPY --chown=node . /home/node/app', 'RUN usermod -u 1001 node', false],
    ['COPY . /srv/www', 'RUN usermod -s /bin/sh node', true],
    ['COPY . /srv/www', 'RUN apt-get install --no-such-option git', false],
    ['COPY . .', 'RUN ./build.sh', false],
    ['COPY . .', 'RUN make', false],
    ['RUN mkdir /srv/a', 'RUN mkdir /srv/b', true],
    ['RUN mkdir /srv/a', 'RUN touch /srv/a/x', false],
    ['RUN apt-get update', 'RUN apt-get install -y git', false],
    ['RUN ./a.sh', 'LABEL a=b', false],
    ['RUN cat /app/config.json', 'COPY config.json /app/config.json', false],
    ['VOLUME /data', 'RUN touch /data/x', false],
    ['HEALTHCHECK CMD true', 'STOPSIGNAL SIGTERM', true],
  ])('%s | %s: %s', (first, second, expected) => {
    const { facts, a, b } = pair(first, second);
    expect(commutes(facts, a, b)).toBe(expected);
    expect(commutes(facts, b, a)).toBe(expected);
    expect(orderReason(facts, a, b) === undefined).toBe(expected);
  });

  test('a reason names the instruction and what it depends on', () => {
    const { facts, a, b } = pair('COPY package.json ./', 'RUN npm ci');
    expect(orderReason(facts, a, b)).toMatch(/^RUN at line 4 uses \/app.*, which COPY at line 3 writes$/);
  });

  test('is the same both ways for any two instructions', () => {
    const line = fc.constantFrom(
      'COPY a /srv/a',
      'COPY . .',
      'ADD https://example.com/x /x',
      'ENV A=1',
      'ENV B=$A',
      'ARG A',
      'USER node',
      'WORKDIR /srv',
      'RUN npm ci',
      'RUN make',
      'RUN echo $A > /srv/a',
      'RUN apt-get update',
      'RUN rm -rf /srv',
      'LABEL a=$A',
      'CMD ["x"]',
      'ENTRYPOINT x',
      'EXPOSE 80',
      'VOLUME /srv',
      'SHELL ["sh", "-c"]',
      'RUN ["ls", "/srv"]',
    );
    fc.assert(
      fc.property(line, line, (first, second) => {
        const { facts, a, b } = pair(first, second);
        return commutes(facts, a, b) === commutes(facts, b, a);
      }),
    );
  });
});

describe('effects of a RUN', () => {
  test('reach the folders above the search path, where a program of one of them installs by its name', () => {
    const facts = readFacts(
      Dockerfile.parse('FROM python:3.12\nENV PATH=/opt/venv/bin:$PATH\nRUN pip install flask\nRUN mkdir /x\n'),
    );
    const [, , install, plain] = facts.file.instructions;
    expect(effectsOf(facts, install!).writes).toContain('/opt/venv/**');
    expect(effectsOf(facts, plain!).writes).not.toContain('/opt/venv/**');
  });
  test.each([
    ['mix do local.hex --force + deps.get + deps.compile', '/app/**'],
    ['mix do deps.get, deps.compile', '/app/**'],
    ['mix release --path /opt/built', '/opt/built/**'],
    ['cargo chef prepare --recipe-path /out/recipe.json', '/out/recipe.json/**'],
    ['cargo chef cook --release --recipe-path recipe.json', '/app/**'],
    ['cargo binstall --no-confirm cargo-chef', '/usr/local/cargo/**'],
    ['curl -fsSL https://example.com/a | dd of=/usr/share/keyrings/a.gpg', '/**'],
    ['npm install --prefix "$(npm root -g)/x" simple-cdp', '/**'],
    ['java -Djarmode=layertools -jar application.jar extract', '/app/**'],
    ['java -Djarmode=tools -jar a.jar extract --destination /out', '/out/**'],
    ['hugo --gc --minify --destination /out', '/out/**'],
    ['mkdocs build -d /site', '/site/**'],
    ['pybabel compile -d /app/translations', '/app/translations/**'],
    ['patchelf --add-needed libnss3.so /usr/bin/curl', '/usr/bin/curl/**'],
    ['docker-php-serversideup-set-id www-data 1000:1000', '/etc/passwd*'],
    ['golangci-lint run --timeout 5m', '/app/**'],
  ])('are known: %s', (command, written) => {
    const { facts, a } = pair(`RUN ${command}`, 'LABEL a=b');
    const { opaque, writes } = effectsOf(facts, a);
    expect(opaque).toBeUndefined();
    expect(writes).toContain(written);
  });

  test.each([
    'nginx -v',
    'pkg-config --libs --cflags icu-uc icu-io',
    'cargo version',
    'git diff --no-ext-diff --quiet --exit-code',
    'go list -m -json all | go-mod-outdated -update -direct',
    'git-validation -q -range "$RANGE" -run short-subject',
    'gomplate --version',
  ])('write no file of the project: %s', (command) => {
    const { facts, a } = pair(`RUN ${command}`, 'LABEL a=b');
    const { opaque, writes } = effectsOf(facts, a);
    expect(opaque).toBeUndefined();
    expect(writes.filter((path) => path === '/**' || path.startsWith('/app'))).toEqual([]);
  });

  test('are opaque for an option that is not known', () => {
    const facts = readFacts(Dockerfile.parse('FROM debian\nRUN mkdir --no-such a\n'));
    expect(effectsOf(facts, facts.file.instructions[1]!).opaque).toBe('mkdir --no-such is not known');
  });

  const effects = (run: string) => {
    const file = Dockerfile.parse(`${HEAD}${run}\n`);
    return effectsOf(readFacts(file), file.instructions[2]!);
  };

  test('follow cd and variables', () => {
    expect(effects('RUN D=/srv/x && mkdir -p $D && cd $D && touch a').writes).toEqual(['/srv/x/**', '/srv/x/a/**']);
  });

  test('follow cd in a branch as far as it goes', () => {
    const inBranch = 'RUN if [ "$A" = b ]; then (cd /srv/x && touch a) && touch b; fi';
    expect(effects(inBranch).writes).toEqual(['/srv/x/a/**', '/app/b/**']);
    expect(effects('RUN if [ "$A" = b ]; then cd /srv/x && touch a; fi; touch b').writes).toEqual([
      '/srv/x/a/**',
      '/**',
    ]);
    expect(effects('RUN if [ "$A" = b ]; then cd /srv/x || true; touch a; fi').writes).toEqual(['/**']);
    expect(effects('RUN for f in a b; do cd x && touch $f; done').writes).toEqual(['/**']);
  });

  test('of JSON form are those of its command', () => {
    expect(effects('RUN ["mkdir", "/srv/x"]')).toMatchObject({ writes: ['/srv/x/**'], opaque: undefined });
  });

  test('are opaque for code that is not seen, with the reason', () => {
    expect(effects('RUN ./setup.sh')).toMatchObject({ reads: ['/**'], writes: ['/**'], network: true });
    expect(effects('RUN ./setup.sh').opaque).toBeDefined();
  });

  test('may be anywhere when a path is not known, and are not opaque for that', () => {
    expect(effects('RUN mkdir $UNKNOWN')).toMatchObject({ writes: ['/**'], opaque: undefined });
  });
});

test.each([
  ['/a/**', '/a/b', true],
  ['/a/b', '/a', true],
  ['/a/b', '/ab', false],
  ['/a/*.txt', '/a/x', true],
  ['/a/x*.txt', '/a/y', false],
  ['/a/x*.txt', '/a/xy/z', true],
  ['/a/x*.txt', '/a', true],
  ['/a/x*.txt', '/a/**', true],
  ['/a/x*', '/a/y*', false],
  ['/a/x*', '/a/xy/**', true],
  ['/**', '/x', true],
  ['/usr/**', '/etc/**', false],
])('globs %s and %s meet: %s', (a, b, expected) => {
  expect(globsMeet(a, b)).toBe(expected);
  expect(globsMeet(b, a)).toBe(expected);
});
