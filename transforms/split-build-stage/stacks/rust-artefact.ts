import { joinPath } from '../../../src/facts/index.js';
import type { Step, Subject } from '../types.js';

/** What Cargo leaves in its folders, and the programs that do not ship. */
export function madeBy(artefacts: readonly string[], program: string): readonly string[] {
  const profiles = [...new Set(artefacts.map(folderOf))].filter((folder) => /\/(?:debug|release)$/.test(folder));
  const targets = [...new Set(profiles.map(folderOf))];
  return [
    ...artefacts.filter((path) => path !== program),
    ...targets.flatMap((folder) => ['.rustc_info.json', 'CACHEDIR.TAG'].map((name) => `${folder}/${name}`)),
    ...profiles.flatMap((folder) => [
      ...['.fingerprint', 'build', 'deps', 'examples', 'incremental'].map((name) => `${folder}/${name}/**`),
      ...['.cargo-lock', '*.d', '*.rlib'].map((name) => `${folder}/${name}`),
    ]),
  ];
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The programs that a cargo build or cargo install makes, as far as its words tell. */
export function artefactsOf(step: Step, { project }: Subject): readonly string[] {
  const { invocation, cwd, text } = step;
  if (cwd === undefined) return [];
  const option = (...names: readonly string[]): string | undefined => {
    const found = invocation.options.find(({ name }) => names.includes(name));
    return found === undefined ? undefined : found.valueWord === undefined ? found.value : text(found.valueWord);
  };
  const has = (...names: readonly string[]): boolean => invocation.options.some(({ name }) => names.includes(name));
  const named = option('--bin');
  const binaries = named === undefined ? project!.cargo.flatMap((one) => one.binaries) : [named];
  if (invocation.subcommand === 'install') {
    if (!has('--path')) return [];
    const root =
      option('--root') ?? step.variable('CARGO_INSTALL_ROOT') ?? step.variable('CARGO_HOME') ?? '/usr/local/cargo';
    return binaries.map((name) => joinPath(joinPath(cwd, root), `bin/${name}`));
  }
  if (has('--manifest-path', '-Z', '--out-dir', '--artifact-dir')) return [];
  const folder = joinPath(cwd, option('--target-dir') ?? step.variable('CARGO_TARGET_DIR') ?? 'target');
  const target = option('--target');
  const profile = option('--profile') ?? (has('--release', '-r') ? 'release' : 'debug');
  const below = target === undefined ? folder : joinPath(folder, target);
  return binaries.map((name) => joinPath(below, `${profile === 'dev' ? 'debug' : profile}/${name}`));
}

/** Where `cp` or `mv` puts a program. */
export function copiedTo(
  { invocation: { tool, operands }, cwd, text }: Step,
  artefacts: readonly string[],
): string | undefined {
  const [from, to] = operands.map((word) => text(word));
  if (
    (tool !== 'cp' && tool !== 'mv') ||
    operands.length !== 2 ||
    cwd === undefined ||
    from === undefined ||
    to === undefined
  )
    return undefined;
  const path = joinPath(cwd, from);
  if (!artefacts.includes(path)) return undefined;
  const target = joinPath(cwd, to);
  const folder = to.endsWith('/') || to === '.' || target === cwd || /\/s?bin$/.test(target);
  return folder ? joinPath(target, path.slice(path.lastIndexOf('/') + 1)) : target;
}
