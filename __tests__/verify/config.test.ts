import { describe, expect, test } from '@jest/globals';
import { compareConfigs, CONFIG_FIELDS, readConfig } from '../../src/verify/config.js';
import { config } from './support.js';

// The names stand here, and not in a loop over the code's own list: a field that goes from there is missed here.
const FIELDS: readonly (readonly [string, unknown, string, string])[] = [
  ['User', 'root', 'User', '"app" -> "root"'],
  ['Env', { PATH: '/usr/bin', MODE: 'secret' }, 'Env.MODE', 'changed'],
  ['Entrypoint', ['x'], 'Entrypoint', '["app"] -> ["x"]'],
  ['Cmd', ['x'], 'Cmd', '["data.txt"] -> ["x"]'],
  ['WorkingDir', '/', 'WorkingDir', '"/app" -> "/"'],
  ['ExposedPorts', { '80/tcp': 1 }, 'ExposedPorts.80/tcp', 'changed'],
  ['Volumes', { '/data': 1 }, 'Volumes./data', 'changed'],
  ['Labels', { a: 'c' }, 'Labels.a', 'changed'],
  ['StopSignal', 'SIGKILL', 'StopSignal', '"SIGINT" -> "SIGKILL"'],
  ['StopTimeout', 6, 'StopTimeout', '5 -> 6'],
  ['Healthcheck', { Test: ['NONE'] }, 'Healthcheck', '{"Test":["CMD","true"]} -> {"Test":["NONE"]}'],
  ['OnBuild', ['RUN false'], 'OnBuild', '["RUN true"] -> ["RUN false"]'],
  ['Shell', ['/bin/sh'], 'Shell', '["/bin/bash","-c"] -> ["/bin/sh"]'],
  ['Author', 'other', 'Author', '"somebody" -> "other"'],
  ['Os', 'windows', 'Os', '"linux" -> "windows"'],
  ['Architecture', 'arm64', 'Architecture', '"amd64" -> "arm64"'],
  ['Variant', 'v9', 'Variant', '"v8" -> "v9"'],
];
const NAMED = ['Env', 'Labels', 'ExposedPorts', 'Volumes'];
const NAMES: Readonly<Record<string, readonly string[]>> = { Env: ['MODE', 'PATH'] };

describe('a planted difference in the configuration is caught:', () => {
  test('in every field there is', () => {
    expect([...CONFIG_FIELDS].sort()).toEqual(FIELDS.map(([field]) => field).sort());
    expect(Object.keys(config).sort()).toEqual([...CONFIG_FIELDS].sort());
  });
  test.each(FIELDS)('%s changed', (field, other, what, detail) => {
    const changed = { ...config, [field]: other };
    expect(compareConfigs(config, changed)).toEqual([{ kind: 'config', effect: 'changed', what, detail }]);
    expect(compareConfigs(changed, changed)).toEqual([]);
  });
  test.each(FIELDS)('%s added and removed', (field) => {
    const { [field as 'User']: value, ...without } = config;
    const names = NAMED.includes(field)
      ? (NAMES[field] ?? Object.keys(value)).map((one) => `${field}.${one}`)
      : [field];
    const found = (effect: 'added' | 'removed', detail: string) =>
      names.map((what) => ({ kind: 'config', effect, what, detail: NAMED.includes(field) ? effect : detail }));
    const text = JSON.stringify(value);
    expect(compareConfigs(without, config)).toEqual(found('added', `none -> ${text}`));
    expect(compareConfigs(config, without)).toEqual(found('removed', `${text} -> none`));
  });
});

test('no working directory is the root', () => {
  const { WorkingDir: _, ...without } = config;
  expect(compareConfigs({ ...config, WorkingDir: '/' }, without)).toEqual([]);
  expect(compareConfigs(without, { ...config, WorkingDir: '/' })).toEqual([]);
});

describe('what an engine prints', () => {
  const { Author, Os, Architecture, Variant, Env, ...inConfig } = config;
  const inspected = {
    ...{ Author, Os, Architecture, Variant, Hostname: 'h' },
    Config: { ...inConfig, Env: Object.entries(Env).map(([name, value]) => `${name}=${value}`), Hostname: 'h' },
  };
  test('is read field by field', () => {
    expect(readConfig(inspected)).toEqual(config);
  });
  test.each<[readonly string[], Readonly<Record<string, string>>]>([
    [['A=b=c'], { A: 'b=c' }],
    [['A='], { A: '' }],
    [['A'], { A: '' }],
    [['=b'], { '': 'b' }],
    [['A=1', 'A=2'], { A: '2' }],
  ])('of variables %j is %j', (printed, expected) => {
    expect(readConfig({ Config: { Env: printed } })).toEqual({ Env: expected });
  });
  test.each([null, undefined, '', [], {}])('as %j is as if the field were not there', (value) => {
    const { Cmd, ...rest } = inConfig;
    expect(readConfig({ Config: { ...rest, Cmd: value } })).toEqual(readConfig({ Config: rest }));
    expect(readConfig({ Config: { Cmd } })).toEqual({ Cmd });
  });
  test.each([null, undefined, 1, {}, { Config: null }, { Config: { Env: 'A=b' } }])(
    'may have any shape: %j',
    (printed) => {
      expect(readConfig(printed)).toEqual({});
    },
  );
});
