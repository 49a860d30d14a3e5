import type { Instruction } from '../dockerfile/index.js';
import type { PythonProject } from '../project/manifests/python.js';
import type { Invocation } from '../shell/index.js';
import { withBundles } from './commands.js';
import { native, programs, pure, wheels } from './python-packages.js';
import { normalName, readWanted, type Wanted, wantedIn, lockedIn } from './python-wanted.js';
import { hasReadyExtra, hasWheels, isBound } from './python-wheels.js';
import { bring, line, type Scan } from './scan.js';
import { scanSources } from './sources.js';

/** Looks at a command of the Python world: true when it was one. */
export function scanPython(invocation: Invocation, at: Instruction, scan: Scan): boolean {
  const { tool, subcommand, operands, options, args } = invocation;
  if (/^(?:compileall|venv|ensurepip|virtualenv)$/.test(tool ?? '')) return true;
  if (
    tool === undefined ||
    !(programs.has(tool) || /^python[23](?:\.\d+)?$/.test(tool) || /^pip[23](?:\.\d+)?$/.test(tool))
  )
    return false;
  if (/^pip/.test(tool) && tool !== 'pipenv' && tool !== 'pipx') {
    if (/^(?:install|wheel|download)$/.test(subcommand))
      scanPip(
        operands.map(({ value, text }) => value ?? text),
        options.map(({ name }) => name),
        at,
        scan,
      );
    return true;
  }
  if (/^(?:poetry|pipenv|pdm|uv|pipx)$/.test(tool)) {
    if (args.some(({ text }) => /^(?:install|sync|add|pip|update)$/.test(text))) scanPythonProject(at, scan, true);
    return true;
  }
  if (args.length === 1 && /^(?:--version|-V|-v|--help)$/.test(args[0]!.text)) return true;
  if (/^python/.test(tool) && args[0]?.text === '-c' && /\b(?:subprocess|os\.system|popen)\b/.test(args[1]?.text ?? ''))
    scan.needs.refuse(`${line(at, scan)} runs a program that starts others`, at);
  else if (/^python/.test(tool) && args.some(({ text }) => /^setup\.py$/.test(text))) scanPythonProject(at, scan, true);
  else if (
    /^python/.test(tool) &&
    args[0]?.text === '-m' &&
    /^(?:venv|compileall|ensurepip)$/.test(args[1]?.text ?? '')
  )
    return true;
  else scanPythonProject(at, scan, false);
  return true;
}

function scanPip(operands: readonly string[], options: readonly string[], at: Instruction, scan: Scan): void {
  for (const text of operands) {
    if (/^git\+/.test(text)) {
      scan.needs.refuse(
        `${line(at, scan)} installs from git a distribution of which it is not known what it needs`,
        at,
      );
      continue;
    }
    if (/^[.$/]|\//.test(text) || text.endsWith('.whl')) {
      scanPythonProject(at, scan, true);
      continue;
    }
    const name = /^[\w.-]+/.exec(text)?.[0] ?? text;
    scanDistribution(normalName(name), [readWanted(text.slice(name.length))], true, at, scan);
  }
  if (options.some((name) => /^(?:-r|--requirement|-e|--editable)$/.test(name))) scanPythonProject(at, scan, true);
}

function scanDistribution(
  name: string,
  wanted: readonly Wanted[],
  installs: boolean,
  at: Instruction,
  scan: Scan,
): void {
  const binary = name === 'psycopg' && wanted.some(({ extras }) => extras.includes('binary'));
  if (binary) return scanDistribution('psycopg-binary', wanted, installs, at, scan);
  const known = native[name];
  const odd = wanted.flatMap(({ extras, versions }) => extras.filter((extra) => !hasReadyExtra(name, extra, versions)));
  const refuse = (reason: string): void => scan.needs.refuse(`${name} ${reason}`, at);
  if (known !== undefined) {
    const built = withBundles(known.build);
    bring(name, installs ? [...known.build, ...known.run.filter((one) => !built.has(one))] : known.run, at, scan);
  } else if (pure.has(name)) {
    if (!installs) return;
    if (odd.length > 0) refuse(`[${odd[0]!}] may bring what needs a compiler`);
    if (wanted.some(({ versions }) => isBound(name, versions)))
      refuse('is held to a version that asks for old ones with native code');
  } else if (!wheels.has(name)) refuse('is not known to need no compiler and no library that slim lacks');
  else if (installs && !wanted.every((one) => isReady(name, one, scan.version)))
    refuse('is held to a version that may have no wheel, and no lockfile shows one');
}

function isReady(name: string, { versions, files }: Wanted, python: string | undefined): boolean {
  const tags = [...files.matchAll(/-(cp\d+|py\d[\w.]*)-(\w+)-(manylinux|any)/g)];
  const own = python === undefined ? undefined : `cp${python.replace('.', '')}`;
  const listed = tags.some(([, tag, abi]) => tag === own || abi === 'abi3' || abi === 'none');
  return listed || /^(?:>=?[^,]*)?$/.test(versions) || hasWheels(name, versions, python);
}

/** What the project's distributions and its own code need. */
export function scanPythonProject(at: Instruction, scan: Scan, installs: boolean): void {
  const { project } = scan;
  if (project === undefined)
    return scan.needs.refuse(`the project's files are not at hand, so what ${line(at, scan)} needs cannot be told`, at);
  const key = `python project ${installs}`;
  if (scan.seen.has(key)) return;
  scan.seen.add(key);
  if (!project.complete) return scan.needs.refuse('the project is too large to be read in full', at);
  if (project.python.length === 0 && installs)
    return scan.needs.refuse(`${line(at, scan)} installs from files that are not in the project`, at);
  for (const found of project.python) scanDistributions(found, at, scan, installs);
  scanSources('python', at, scan);
}

function scanDistributions(found: PythonProject, at: Instruction, scan: Scan, installs: boolean): void {
  const { context } = scan.project!;
  const requirements = found.requirements.map((path) => context.read(path) ?? '').join('\n');
  const manifest = `${requirements}\n${found.pyproject === undefined ? '' : (context.read(found.pyproject) ?? '')}`;
  const lock = found.lockfile === undefined ? '' : (context.read(found.lockfile) ?? '');
  if (installs && /\bgit\+ssh:/.test(manifest)) bring('a dependency from git', ['git', 'openssh-client'], at, scan);
  else if (installs && /\bgit\+https?:|\bgit\s*=\s*["']http/.test(manifest))
    bring('a dependency from git', ['git'], at, scan);
  const setup = found.setupPy === undefined ? '' : (context.read(found.setupPy) ?? '');
  if (
    installs &&
    (/ext_modules|Extension\(|cythonize|CMake/.test(setup) ||
      /^(?:maturin|scikit_build_core|mesonpy)/.test(found.buildBackend ?? ''))
  )
    scan.needs.refuse(`${found.folder === '' ? 'the project' : found.folder} builds native code of its own`, at);
  if (installs && setup !== '' && found.requirements.length === 0 && /install_requires/.test(setup))
    scan.needs.refuse(`${found.setupPy!} asks for distributions that are not read here`, at);
  if (installs && found.unreadable.length > 0)
    scan.needs.refuse(`${found.unreadable[0]!.path}: ${found.unreadable[0]!.why}`, at);
  const own = scan.project!.python.map(({ name }) => name?.toLowerCase());
  const locked = lockedIn(lock);
  for (const name of new Set([...found.dependencies, ...locked.keys()])) {
    if (own.includes(name) || name === 'python') continue;
    const held = locked.get(name);
    const wanted = held === undefined ? wantedIn(manifest, name) : [held];
    scanDistribution(name, wanted.length === 0 ? [readWanted('?')] : wanted, installs, at, scan);
  }
  if (installs)
    for (const url of urlsIn(requirements))
      if (
        !pure.has(
          normalName(
            /#egg=([\w.-]+)/.exec(url)?.[1] ?? /(?<![\w.-])([\w.-]+?)(?:\.git)?(?:@[^/]{0,255})?$/.exec(url)?.[1] ?? '',
          ),
        )
      )
        scan.needs.refuse(`${line(at, scan)} installs ${url}, of which it is not known what it needs`, at);
}

/** Requirements that are addresses without a name. */
function urlsIn(requirements: string): readonly string[] {
  return [...requirements.matchAll(/^(?:-e\s+|--editable[ =])?((?:git|hg|svn|bzr)\+\S+|https?:\S+)/gm)].map(
    (match) => match[1]!,
  );
}

/** Whether a distribution is known to be Python code alone. */
export function pureDistribution(name: string): boolean {
  return pure.has(name) || name === 'python';
}

/** Whether a distribution is known to load no library of OpenMP that it does not bring. */
export function withoutOpenMp(name: string): boolean {
  return (
    pureDistribution(name) || Object.hasOwn(native, name) || (wheels.has(name) && !/^(?:lightgbm|xgboost)$/.test(name))
  );
}
