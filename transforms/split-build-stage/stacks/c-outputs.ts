import { joinPath } from '../../../src/facts/index.js';
import { declined, type Declined, type Step, type Subject } from '../types.js';
import { readCMake } from './c-cmake.js';
import { readMakefile } from './c-make.js';

/** What the compilers and build tools of a stage make. */
export interface Outputs {
  /** Programs by absolute path. */
  readonly programs: ReadonlySet<string>;
  /** Commands, Makefiles and CMakeLists.txt: where the options of compiler and linker stand. */
  readonly text: string;
  /** What writes files beside programs, as the start of a sentence; undefined where nothing does. */
  readonly written: string | undefined;
}

const COMPILER = /^(?:gcc|g\+\+|cc|c\+\+|clang|clang\+\+)(?:-[\d.]+)?$/;

/** Whether a step compiles, or tells a build tool to. */
export function isCompile({ invocation: { tool } }: Step): boolean {
  return COMPILER.test(tool ?? '') || /^(?:make|gmake|cmake|ninja)$/.test(tool ?? '');
}

/** The programs that the steps of a stage make, or why they are not known. */
export function outputsOf(subject: Subject, steps: readonly Step[]): Outputs | Declined {
  const programs = new Set<string>();
  const texts: string[] = [];
  let written: string | undefined;
  const configured = new Map<string, ReturnType<typeof readCMake> & { readonly prefix: string }>();
  for (const step of steps) {
    const { invocation, instruction } = step;
    const line = `RUN at line ${instruction.lines.first}`;
    const words = invocation.args.map((word) => step.text(word));
    const moved = movedTo(step, programs);
    if (moved !== undefined) programs.add(moved);
    if (!isCompile(step) || invocation.subcommand === '--version') continue;
    if (step.cwd === undefined || words.includes(undefined))
      return declined(`${line} compiles where or what is not known`, instruction);
    const known = words as string[];
    texts.push(known.map((word) => ` ${word}`).join(''));
    if (COMPILER.test(invocation.tool!)) {
      const made = compiled(step, known);
      if (made === undefined) continue;
      if (known.includes('-shared')) return declined(`${line} makes a shared library of its own`, instruction);
      programs.add(joinPath(step.cwd, made));
    } else if (invocation.tool === 'cmake' && !known.some((word) => /^--(?:build|install)$/.test(word))) {
      const { source, build, given } = configureWords(known, step.cwd);
      const read = (path: string) => textAt(subject, path);
      const project = readCMake({ source, build }, read, given);
      if (project.unknown !== undefined) return declined(`${line} runs CMake: ${project.unknown}`, instruction);
      configured.set(build, { ...project, prefix: given.get('CMAKE_INSTALL_PREFIX') ?? '/usr/local' });
      texts.push(project.text);
      written ??= project.written === undefined ? undefined : `${project.written} of CMake makes files`;
      project.programs.forEach((path) => programs.add(path));
    } else {
      const { folder, targets, variables } = makeWords(invocation.tool!, known, step.cwd);
      const project = configured.get(folder);
      const installs = targets.includes('install');
      if (project !== undefined) {
        if (!installs) continue;
        if (project.unknownInstall !== undefined)
          return declined(`${line} installs more than programs: ${project.unknownInstall}`, instruction);
        for (const path of project.installs.keys())
          programs.add(joinPath(variables.get('--prefix') ?? project.prefix, path));
        continue;
      }
      const name = [variables.get('-f') ?? '', 'GNUmakefile', 'makefile', 'Makefile'].find(
        (one) => one !== '' && textAt(subject, joinPath(folder, one)) !== undefined,
      );
      if (invocation.tool === 'cmake' || invocation.tool === 'ninja' || name === undefined)
        return declined(`${line} builds by rules that are not in the build context`, instruction);
      const environment = new Map(
        [...step.state.env].flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value] as const])),
      );
      const makefile = readMakefile(textAt(subject, joinPath(folder, name))!, new Map([...environment, ...variables]));
      if (/^-?include\s/m.test(makefile.text) && !/^-?include\s+(?:\S*\.d\b|\$)/m.test(makefile.text))
        return declined(`${line}: the Makefile includes another, which is not read`, instruction);
      if (/\s-shared(?:\s|$)/.test(makefile.text) || /\$\(MAKE\)\s+-C|\blibtool\b/.test(makefile.text))
        return declined(`${line}: the Makefile builds more than programs of its own folder`, instruction);
      texts.push(makefile.text);
      written ??= makefile.written === undefined ? undefined : `${makefile.written} makes files`;
      for (const program of makefile.programs) programs.add(joinPath(folder, program));
      if (!installs) continue;
      if (makefile.unknownInstall !== undefined)
        return declined(`${line} installs more than programs: ${makefile.unknownInstall}`, instruction);
      for (const [path, from] of makefile.installs)
        if (programs.has(joinPath(folder, from))) programs.add(joinPath(folder, path));
        else return declined(`${line} installs ${from}, which is no program`, instruction);
    }
  }
  return { programs, text: texts.join('\n'), written };
}

/** The file that a compiler links; undefined when it only compiles. */
function compiled({ invocation: { options }, text }: Step, words: readonly string[]): string | undefined {
  if (words.some((word) => /^-(?:c|S|E|M|MM|fsyntax-only)$/.test(word))) return undefined;
  const output = options.find(({ name }) => name === '-o');
  const value = output?.valueWord === undefined ? output?.value : text(output.valueWord);
  return value ?? 'a.out';
}

/** The folders and variables of a `cmake` that configures. */
function configureWords(words: readonly string[], cwd: string) {
  const given = new Map<string, string>();
  let source: string | undefined;
  let build: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const value = (flag: string): string => (word === flag ? (words[++i] ?? '') : word.slice(flag.length));
    if (word.startsWith('-D')) {
      const [name, set] = value('-D').split('=', 2);
      given.set(name!.replace(/:.*/s, ''), set ?? '');
    } else if (word.startsWith('-S')) source = value('-S');
    else if (word.startsWith('-B')) build = value('-B');
    else if (word === '-H' || /^-H[./]/.test(word)) source = value('-H');
    else if (word === '--install-prefix') given.set('CMAKE_INSTALL_PREFIX', words[++i] ?? '');
    else if (/^-(?:G|T|A|C|U)$/.test(word)) i++;
    else if (!word.startsWith('-')) source ??= word;
  }
  return { source: joinPath(cwd, source ?? '.'), build: joinPath(cwd, build ?? '.'), given };
}

/** The folder, targets and variables of `make`, `ninja`, `cmake --build` or `cmake --install`. */
function makeWords(tool: string, words: readonly string[], cwd: string) {
  const variables = new Map<string, string>();
  const targets: string[] = [];
  let folder = cwd;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const next = (): string => words[++i] ?? '';
    if (word === '--') continue;
    if (tool === 'cmake' && word === '--install') targets.push('install');
    if (/^(?:-C|--directory|--build|--install)$/.test(word)) folder = joinPath(cwd, next());
    else if (/^-C./.test(word)) folder = joinPath(cwd, word.slice(2));
    else if (/^(?:-f|--file|--makefile)$/.test(word)) variables.set('-f', next());
    else if (/^(?:-t|--target)$/.test(word)) targets.push(next());
    else if (word === '--prefix') variables.set('--prefix', next());
    else if (/^(?:--config|--component)$/.test(word)) next();
    else if (/^(?:-j|--parallel)$/.test(word) && /^\d+$/.test(words[i + 1] ?? '')) next();
    else if (/^\w+=/.test(word)) variables.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    else if (!word.startsWith('-')) targets.push(word);
  }
  return { folder, targets, variables };
}

/** Where `cp`, `mv` or `install` puts a program. */
export function movedTo({ invocation, cwd, text }: Step, programs: ReadonlySet<string>): string | undefined {
  if (!/^(?:cp|mv|install)$/.test(invocation.tool ?? '') || cwd === undefined || invocation.operands.length !== 2)
    return undefined;
  const [from, to] = invocation.operands.map((word) => text(word));
  if (from === undefined || to === undefined || !programs.has(joinPath(cwd, from))) return undefined;
  const target = joinPath(cwd, to);
  const folder = to.endsWith('/') || to === '.' || target === cwd || /\/s?bin$/.test(target);
  return folder ? joinPath(target, from.slice(from.lastIndexOf('/') + 1)) : target;
}

function textAt({ files, project }: Subject, path: string): string | undefined {
  const context = files.get(path)?.context;
  return context === undefined ? undefined : project!.context.read(context);
}
