import { certainValue, type State, variable } from '../../src/facts/index.js';
import type { ShellWord } from '../../src/shell/index.js';

/** Options whose values name no files; others, such as -C, -overlay, -modfile and -toolexec, do. */
const OPTION =
  /^(?:a|v|x|work|race|msan|asan|trimpath|modcacherw|o|p|asmflags|gcflags|ldflags|installsuffix|tags|buildmode|mod|buildvcs|pgo)$/;
const VALUES: Readonly<Record<string, RegExp>> = {
  buildmode: /^(?:exe|pie|default)$/,
  mod: /^(?:readonly|vendor)$/,
  pgo: /^(?:auto|off)$/,
  buildvcs: /^(?:false|auto)$/,
  asmflags: /^(?!.*-I)/s,
  ldflags: /^(?!.*-ext(?:ld|ar)\b)(?!.*-extldflags(?!(?:=|\s+)['"\\]*-static['"\\]*(?:\s|$)))/s,
};
/** Variables that make Go read other files, or put what it makes elsewhere. */
const ELSEWHERE = ['GOENV', 'GOWORK', 'GO111MODULE', 'GOBIN', 'GOCACHE', 'GOMODCACHE', 'GOTMPDIR'];

/** The value of GOFLAGS, where neither it nor another variable makes Go read other files; else why not. */
export function goFlags(state: State): { readonly value: string } | { readonly reason: string } {
  const set = ELSEWHERE.find(
    (name) => variable(state, name) !== undefined && !isUsual(name, certainValue(state, name)),
  );
  if (set !== undefined) return { reason: `${set} is set` };
  const value = variable(state, 'GOFLAGS') === undefined ? '' : certainValue(state, 'GOFLAGS');
  const odd = value?.split(/\s+/).find((flag) => flag !== '' && !isPlain(...nameAndValue(flag)));
  return value === undefined || odd !== undefined
    ? { reason: `GOFLAGS has ${odd ?? 'a value that is not known'}` }
    : { value };
}

/** Whether a variable before a command makes Go read other files, or put what it makes elsewhere. */
export function mattersInline(name: string, value: ShellWord | undefined): boolean {
  if (name === 'GOFLAGS' || name === 'GOPATH' || name === 'HOME' || name === 'PATH') return true;
  return ELSEWHERE.includes(name) && !isUsual(name, value?.value);
}

function isUsual(name: string, value: string | undefined): boolean {
  if (name === 'GOWORK') return value === 'off' || value === '';
  if (name === 'GO111MODULE') return value === 'on' || value === '' || value === 'auto';
  return name === 'GOCACHE' || name === 'GOMODCACHE' ? value !== undefined : value === '';
}

/** Whether an option with its value makes Go read no other files. */
export function isPlain(name: string, value: string): boolean {
  const option = name.replace(/^-+/, '');
  return OPTION.test(option) && (VALUES[option]?.test(value) ?? true);
}

function nameAndValue(flag: string): [string, string] {
  const equals = flag.indexOf('=');
  return equals < 0 ? [flag, ''] : [flag.slice(0, equals), flag.slice(equals + 1)];
}
