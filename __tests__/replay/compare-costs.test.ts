import { describe, expect, test } from '@jest/globals';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { NO_INPUTS } from '../../src/facts/index.js';
import { compareCosts } from '../../src/replay/compare-costs.js';
import { planBuild } from '../../src/replay/plan.js';
import { NO_TIMINGS, parseTimings } from '../../src/replay/timings.js';

const plan = (...lines: readonly string[]) => planBuild(Dockerfile.parse(`${lines.join('\n')}\n`), NO_INPUTS);
/** Seconds and basis of each RUN. */
function compare(before: readonly string[], after: readonly string[], times: Readonly<Record<string, number>> = {}) {
  const log = Object.entries(times).map(([text, time], i) => `#${i} [1/9] ${text}\n#${i} DONE ${time}.0s`);
  const timings = log.length === 0 ? NO_TIMINGS : parseTimings(log.join('\n'));
  const plans = [plan(...before), plan(...after)] as const;
  return compareCosts(plans, timings).map((costs, i) =>
    plans[i]!.file.instructions.filter(({ keyword }) => keyword === 'RUN').map(({ index }) => {
      const { seconds, basis } = costs.get(index)!;
      return basis === 'estimated' ? seconds : `${seconds} ${basis}`;
    }),
  );
}

describe('the costs of a file and its rewrite', () => {
  test('an install taken out of a build was part of it', () => {
    const [before, after] = compare(
      ['FROM own/image', 'COPY . .', 'RUN make'],
      ['FROM own/image', 'COPY go.mod .', 'RUN go mod download', 'COPY . .', 'RUN make'],
    );
    expect(before).toEqual([75]);
    expect(after).toEqual([45, 30]);
  });

  test('a rewrite that leaves the build whole leaves its install in it', () => {
    const plans = [
      plan('FROM own/image', 'COPY . .', 'RUN make'),
      plan('FROM own/image', 'COPY src .', 'RUN make'),
      plan('FROM own/image', 'COPY go.mod .', 'RUN go mod download', 'COPY . .', 'RUN make'),
    ] as const;
    const seconds = compareCosts(plans, NO_TIMINGS).map((costs) => [...costs.values()].map((cost) => cost.seconds));
    expect(seconds).toEqual([
      [0.5, 75],
      [0.5, 75],
      [0.5, 45, 0.5, 30],
    ]);
  });

  test('a measured step is shared out among those that it was made of', () => {
    const [before, after] = compare(
      ['FROM golang', 'COPY . .', 'RUN go build .'],
      ['FROM golang', 'COPY go.mod .', 'RUN go mod download', 'COPY . .', 'RUN go build .'],
      { 'RUN go build .': 150 },
    );
    expect(before).toEqual(['150 measured']);
    expect(after).toEqual(['90 scaled', '60 scaled']);
    const [, split] = compare(
      ['FROM node', 'COPY . .', 'RUN npm ci && npm run build'],
      ['FROM node', 'COPY package.json .', 'RUN npm ci', 'COPY . .', 'RUN npm run build'],
      { 'RUN npm ci && npm run build': 15 },
    );
    expect(split).toEqual(['9 scaled', '6 scaled']);
  });

  test('a step keeps its measured time when it gains a mount, or its text changes', () => {
    const [, after] = compare(
      ['FROM debian', 'RUN apt-get update && apt-get install -y git', 'RUN npm ci'],
      [
        'FROM debian',
        'RUN --mount=type=cache,target=/var/cache/apt rm x && apt-get update && apt-get install -y git',
        'RUN --mount=type=cache,target=/root/.npm npm ci',
      ],
      { 'RUN apt-get update && apt-get install -y git': 40, 'RUN npm ci': 10 },
    );
    expect(after).toEqual(['20 scaled', '5 measured']);
  });

  test('an install after one without the project only finishes it', () => {
    const [before, after] = compare(
      ['FROM composer', 'COPY . .', 'RUN composer install'],
      ['FROM composer', 'COPY c* .', 'RUN composer install --no-scripts', 'COPY . .', 'RUN composer install'],
    );
    expect(before).toEqual([45]);
    expect(after).toEqual([45, 2]);
  });

  test('kinds add up, whatever wraps the command', () => {
    const runs = [
      'sudo apt-get -qq update && (cd /x && yarn --frozen-lockfile) && yarn build',
      'if [ -f x ]; then mix do deps.get --only prod, deps.compile; fi',
      '["npm", "--prefix", "app", "ci"]',
      './mvnw -B package',
      'mvn -o package',
      'uv sync --no-install-project',
      'echo npm ci',
    ];
    expect(compare(['FROM a', ...runs.map((run) => `RUN ${run}`)], ['FROM a'])[0]).toEqual([95, 45, 45, 75, 30, 45, 2]);
  });
});
