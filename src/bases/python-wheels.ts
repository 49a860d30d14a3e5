/** The Pythons of the columns below. */
const COLUMNS: readonly string[] = ['3.8', '3.9', '3.10', '3.11', '3.12', '3.13'];

/**
 * The first version of a distribution that is published as wheels for glibc on x86-64 and on ARM64, for each Python of the
 * columns, or one for all. From there on all versions are, for the Pythons that they support.
 */
const first: Readonly<Record<string, string>> = {
  aiohttp: '3.7.4 3.7.4 3.8.1 3.8.4 3.9.1 3.10.10',
  'argon2-cffi-bindings': '21.2.0',
  asyncpg: '0.25.0 0.25.0 0.25.0 0.27.0 0.29.0 0.30.0',
  bcrypt: '4.0.0',
  cffi: '1.14.5 1.14.5 1.15.0 1.15.1 1.16.0 1.17.1',
  cryptography: '3.4.7',
  gevent: '21.12.0 21.12.0 21.12.0 22.10.2 23.9.1 24.10.1',
  greenlet: '1.1.0 1.1.0 1.1.2 2.0.1 3.0.1 3.1.1',
  grpcio: '1.41.1 1.41.1 1.42.0 1.51.1 1.60.0 1.67.0',
  httptools: '0.5.0 0.5.0 0.5.0 0.5.0 0.6.1 0.6.4',
  lxml: '4.6.3 4.6.3 4.7.1 4.9.2 5.0.0 5.3.0',
  matplotlib: '3.6.0 3.6.0 3.6.0 3.6.2 3.8.0 3.9.2',
  multidict: '5.1.0 5.1.0 6.0.2 6.0.4 6.0.5 6.1.0',
  numpy: '1.19.3 1.19.3 1.21.2 1.23.2 1.26.0 2.1.0',
  orjson: '3.6.4 3.6.4 3.6.4 3.8.3 3.9.10 3.10.11',
  pandas: '1.3.4 1.3.4 1.4.0 1.5.2 2.1.1 2.2.3',
  pillow: '8.4.0 8.4.0 8.4.0 9.3.0 10.1.0 11.0.0',
  psutil: '5.9.8',
  'psycopg2-binary': '2.9.3 2.9.3 2.9.3 2.9.5 2.9.9 2.9.10',
  pydantic: '2.0.0 2.0.0 2.0.0 2.0.0 2.5.0 2.9.0',
  pynacl: '1.5.0',
  regex: '2021.11.10 2021.11.10 2021.11.10 2022.10.31 2023.10.3 2024.11.6',
  'scikit-learn': '1.0.2 1.0.2 1.0.2 1.2.0 1.3.2 1.5.2',
  scipy: '1.8.0 1.8.0 1.8.0 1.9.3 1.11.4 1.14.1',
  twisted: '21.2.0',
  ujson: '5.1.0 5.1.0 5.1.0 5.6.0 5.9.0 5.10.0',
  uvloop: '0.16.0 0.16.0 0.16.0 0.17.0 0.19.0 0.21.0',
  yarl: '1.7.2 1.7.2 1.7.2 1.8.2 1.9.4 1.17.0',
};

/** Distributions that were Python code alone before a version. */
const pureBelow: Readonly<Record<string, string>> = { pydantic: '2' };

/**
 * Extras whose own distributions need no compiler: they ask for a least version of a distribution with wheels, at most;
 * with the version since when that is so.
 */
const extras: Readonly<Record<string, string>> = {
  'celery[redis]': '0',
  'coverage[toml]': '0',
  'discord-py[voice]': '2',
  'django[argon2]': '0',
  'django[bcrypt]': '0',
  'fastapi[all]': '0.100',
  'fastapi[standard]': '0.100',
  'flask[async]': '0',
  'gunicorn[gevent]': '0',
  'httpx[http2]': '0',
  'passlib[argon2]': '0',
  'passlib[bcrypt]': '0',
  'pydantic[dotenv]': '0',
  'pydantic[email]': '0',
  'pyjwt[crypto]': '0',
  'python-jose[cryptography]': '0',
  'redis[hiredis]': '0',
  'requests[security]': '0',
  'requests[socks]': '0',
  'sqlalchemy[asyncio]': '0',
  'uvicorn[standard]': '0.18',
};

/** Distributions of Python code that, before a version, asked for no newer version of one with wheels. */
const boundBelow: Readonly<Record<string, string>> = { 'discord-py': '2' };

/** Whether the newest version that a requirement admits has wheels for a Python. */
export function hasWheels(name: string, wanted: string, python: string | undefined): boolean {
  if (Object.hasOwn(pureBelow, name) && isBelow(wanted, pureBelow[name]!)) return true;
  if (!Object.hasOwn(first, name)) return false;
  const versions = first[name]!.split(' ');
  const since = versions.length === 1 ? versions[0] : versions[COLUMNS.indexOf(python ?? '')];
  return since !== undefined && reaches(wanted, since);
}

/** Whether an extra brings nothing that needs a compiler or a library. */
export function hasReadyExtra(name: string, extra: string, wanted: string): boolean {
  const since = extras[`${name}[${extra}]`];
  return since !== undefined && reaches(wanted, since);
}

/** Whether a distribution of Python code asks for old versions of one with native code. */
export function isBound(name: string, wanted: string): boolean {
  return Object.hasOwn(boundBelow, name) && !reaches(wanted, boundBelow[name]!);
}

/** Whether the newest version of a requirement such as `>=1.8,<2` is surely as new as a version. */
function reaches(wanted: string, version: string): boolean {
  return parts(wanted).every(([operator, bound]) => {
    const order = compare(bound, version);
    switch (operator) {
      case '>=':
      case '>':
      case '!=':
        return true;
      case '<':
        return order > 0;
      case '<=':
        return order >= 0;
      case '~=':
        return order >= 0 || isIn(version, bound.replace(/\.[^.]*$/, ''));
      case '==':
      case '===':
        return order >= 0 || (bound.endsWith('.*') && isIn(version, bound.slice(0, -2)));
      default:
        return false;
    }
  });
}

/** Whether no version of a requirement is as new as a version. */
function isBelow(wanted: string, version: string): boolean {
  return parts(wanted).some(
    ([operator, bound]) =>
      (operator === '<' && compare(bound, version) <= 0) || (/^[=~]/.test(operator) && compare(bound, version) < 0),
  );
}

function parts(wanted: string): readonly (readonly [operator: string, version: string])[] {
  return wanted
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [, operator = '', version = ''] = /^(===|[=<>~!]=|[<>])?\s*([\d.]+\*?(?:\.?post\d+)?)$/.exec(part) ?? [];
      return [operator, version];
    });
}

function isIn(version: string, family: string): boolean {
  return `${version}.`.startsWith(`${family}.`);
}

function compare(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < Math.max(a!.length, b!.length); i++) {
    const difference = (a![i] ?? 0) - (b![i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
