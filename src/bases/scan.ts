import type { Instruction } from '../dockerfile/index.js';
import { verbatim } from '../dockerfile/index.js';
import type { ProjectFacts } from '../project/project.js';
import {
  type Invocation,
  literalCommand,
  nestedScript,
  parseShell,
  readInvocation,
  type ShellScript,
} from '../shell/index.js';
import { compilerCommands, lostCommands, minimalCommands, withBundles } from './commands.js';
import type { Needs } from './needs.js';

/** What a scan of commands knows and gathers. */
export interface Scan {
  readonly needs: Needs;
  readonly project: ProjectFacts | undefined;
  /** apt packages that commands before this one installed, with all that these bring. */
  readonly installed: Set<string>;
  /** Whether the base has only Debian's own packages: then slim lacks documentation alone. */
  readonly plain: boolean;
  /** Looks at a command of the image's language; true when it has seen to it. */
  readonly language: (invocation: Invocation, at: Instruction, scan: Scan) => boolean;
  /** The `major.minor` version that the base's tag names for every build; undefined where it names none. */
  readonly version: string | undefined;
  /** Whether `docker-entrypoint.sh` is the base image's own. */
  readonly entryPoint: boolean;
  /** Is told of every command: of instructions, scripts, and the project's own code. */
  readonly each: ((invocation: Invocation, place: string) => void) | undefined;
  /** What other than an instruction starts the commands: `the service web of compose.yaml`. */
  readonly service?: string | undefined;
  /** Names of the files that a COPY brings from another stage. */
  readonly made: ReadonlySet<string>;
  /** Script files on the way, so that none is read twice. */
  readonly seen: Set<string>;
}

/** Folders that slim variants leave empty, now and for packages that are installed later. */
const DOCUMENTATION = /\/usr\/share\/(?:doc|man|info|locale|groff|lintian|linda)\b/;
/** Packages whose installation writes alternatives into the folders of manual pages. */
const NEEDS_MANUAL_FOLDERS = /^(?:openjdk-|default-j(?:re|dk)|oracle-java|postgresql(?:-client|-common)?(?:$|-[\d.$]))/;

/** Looks at every command of a shell script. */
export function scanScript(script: ShellScript, at: Instruction, scan: Scan): void {
  const functions = new Set(
    [...script.parents.values()].flatMap((node) =>
      node.type === 'block' && node.kind === 'function' ? (node.name ?? []) : [],
    ),
  );
  for (const command of script.commands) {
    const nested = nestedScript(script, command);
    if (nested !== undefined) {
      const shell = readInvocation(command);
      if (shell.tool === 'bash') scan.each?.(shell, line(at, scan));
      scanScript(nested, at, scan);
      continue;
    }
    if (functions.has(command.words[0]?.value ?? '')) continue;
    const invocation = readInvocation(command);
    const reads = invocation.args.every(({ text }) => text.startsWith('-'));
    if (command.piped && reads && /^(?:(?:ba|da|z)?sh|python[23]?|perl|ruby|node|php)$/.test(invocation.tool ?? ''))
      scan.needs.refuse(`${line(at, scan)} runs a script that is not seen here`, at);
    else scanInvocation(invocation, at, scan);
  }
}

/** Looks at the command of a JSON form. */
export function scanWords(words: readonly string[], at: Instruction, scan: Scan): void {
  scanInvocation(readInvocation(literalCommand(words)), at, scan);
}

/** Looks at shell text, such as a script of package.json. */
export function scanText(text: string, what: string, at: Instruction, scan: Scan): void {
  const script = parseShell(verbatim(text.replaceAll('\r\n', '\n'), 0));
  if (typeof script === 'string') scan.needs.refuse(`${what} is not understood: ${script}`, at);
  else scanScript(script, at, scan);
}

function scanInvocation(invocation: Invocation, at: Instruction, scan: Scan): void {
  const { tool, args, wrappers } = invocation;
  const { needs } = scan;
  scan.each?.(invocation, line(at, scan));
  for (const wrapper of wrappers)
    if (wrapper === 'sudo' && !scan.installed.has('sudo')) bring('sudo', ['sudo'], at, scan);
  for (const { text } of args)
    if (DOCUMENTATION.test(text) && !/^(?:rm|find|mkdir|dpkg)$/.test(tool ?? ''))
      needs.refuse(`${line(at, scan)} uses ${DOCUMENTATION.exec(text)![0]}, which slim images leave empty`, at);
  if (
    tool === '' ||
    (tool === undefined && /^"?\$(?:\{?@\}?|\*)"?$/.test(invocation.command.words[wrappers.length]?.text ?? ''))
  )
    return;
  if (tool === undefined) {
    if (!scan.plain) needs.refuse(`${line(at, scan)} runs a program whose name is not literal`, at);
    return;
  }
  if (/^(?:apt-get|apt|aptitude)$/.test(tool)) return scanApt(invocation, at, scan);
  if (tool === 'man') return needs.refuse(`${line(at, scan)} uses manual pages, which slim images leave out`, at);
  if (/^(?:sh|bash|dash|ash|zsh|source|\.)$/.test(tool)) {
    const file = args.find(({ text }) => !text.startsWith('-'));
    if (file !== undefined) scanFile(file.value, at, scan);
    return;
  }
  if (/\/|\.sh$/.test(tool)) return scanFile(tool, at, scan);
  if (scan.plain) return;
  if (scan.language(invocation, at, scan)) return;
  scanLost(invocation, tool, at, scan);
}

function scanLost(invocation: Invocation, tool: string, at: Instruction, scan: Scan): void {
  const { args } = invocation;
  if (tool === 'tar')
    return scanTar(
      args.map(({ text }) => text),
      at,
      scan,
    );
  if (tool === 'perl') {
    if (!args.some(({ text }) => /^-\w*e$/.test(text)) || args.some(({ text }) => /^-[mM]/.test(text)))
      scan.needs.refuse(`${line(at, scan)} runs a Perl program, and slim has only the core of Perl`, at);
    return;
  }
  if (tool === 'adduser' || tool === 'addgroup' || tool === 'deluser') return bring(tool, ['adduser'], at, scan);
  if (minimalCommands.has(tool)) return;
  const secured = args.some(({ text }) => /https:|^git@|^ssh:/.test(text)) || tool === 'git';
  const brought = lostCommands.get(tool);
  if (brought !== undefined) {
    const certificates =
      /^(?:curl|wget|git|svn|hg)$/.test(tool) && (secured || args.some(({ text }) => text.includes('$')));
    bring(tool, certificates ? [brought, 'ca-certificates'] : [brought], at, scan);
    if (tool === 'git' && args.some(({ text }) => /^(?:ssh:|git@|--recurse)/.test(text)))
      bring('ssh', ['openssh-client'], at, scan);
    return;
  }
  const installs = [...scan.installed];
  if (compilerCommands.has(tool)) {
    scan.needs.refuse(
      `${line(at, scan)} builds native code with ${tool}, and what it links against cannot be told`,
      at,
    );
  } else if (
    !installs.some((name) => name === tool || name.startsWith(`${tool}-`) || fromPackage[tool]?.includes(name) === true)
  ) {
    scan.needs.refuse(`${line(at, scan)} runs ${tool}, of which it is not known what it needs`, at);
  }
}

/** Packages whose commands have other names. */
const fromPackage: Readonly<Record<string, readonly string[]>> = {
  'locale-gen': ['locales'],
  'update-locale': ['locales'],
  crontab: ['cron'],
  nginx: ['nginx'],
  supervisord: ['supervisor'],
  envsubst: ['gettext-base', 'gettext'],
  msgfmt: ['gettext'],
  nc: ['netcat', 'netcat-openbsd', 'netcat-traditional'],
  dos2unix: ['dos2unix'],
  psql: ['postgresql-client'],
  mysql: ['default-mysql-client', 'mariadb-client'],
  lsb_release: ['lsb-release'],
  setcap: ['libcap2-bin'],
  ping: ['iputils-ping'],
  dig: ['dnsutils', 'bind9-dnsutils'],
  ip: ['iproute2'],
  netstat: ['net-tools'],
  'add-apt-repository': ['software-properties-common'],
  pip3: ['python3-pip'],
  python3: ['python3', 'python3-pip', 'python3-venv', 'python3-dev', 'python3-minimal'],
};

function scanTar(args: readonly string[], at: Instruction, scan: Scan): void {
  const flags = args.filter((text, i) => /^-[^-]/.test(text) || (i === 0 && /^[a-zA-Z]+$/.test(text))).join('');
  const names = args.join(' ');
  if (flags.includes('J') || /--xz|\.t?xz\b|--lzma/.test(names)) bring('tar with xz', ['xz-utils'], at, scan);
  if (flags.includes('j') || /--bzip2|\.tar\.bz2|\.tbz2?\b/.test(names)) bring('tar with bzip2', ['bzip2'], at, scan);
}

/** Asks for packages unless something before has installed them. */
export function bring(what: string, packages: readonly string[], at: Instruction, scan: Scan): void {
  const asked = withBundles(scan.needs.packages.keys());
  scan.needs.add(
    packages.filter((name) => !scan.installed.has(name) && !asked.has(name)),
    `${line(at, scan)} uses ${what}`,
    at,
  );
}

function scanApt({ subcommand, operands, options, args }: Invocation, at: Instruction, scan: Scan): void {
  if (!/^(?:install|build-dep|dist-upgrade|upgrade)$/.test(subcommand)) return;
  if (subcommand === 'build-dep')
    return scan.needs.refuse(`${line(at, scan)} installs what a source package needs`, at);
  const agreed = options.some(({ name }) => /^(?:-y|--yes|--assume-yes|-qq|--force-yes)$/.test(name));
  if (!scan.plain && !agreed && !args.some(({ text }) => /^-\w*y|^-qq/.test(text)) && subcommand === 'install')
    scan.needs.refuse(`${line(at, scan)} installs without -y, which stops as soon as there is more to install`, at);
  for (const { text, value } of operands) {
    const name = (value ?? text).replace(/[=:/].*/s, '');
    if (/^(?:man-db|manpages(?:-.*)?|.*-docs?)$/.test(name))
      scan.needs.refuse(`${line(at, scan)} installs ${name}, whose pages slim images leave out`, at);
    if (NEEDS_MANUAL_FOLDERS.test(name))
      scan.needs.refuse(`${line(at, scan)} installs ${name}, which fails without the folders of manual pages`, at);
    for (const one of withBundles([name])) scan.installed.add(one);
  }
}

/** A program file: a script of the project is read, others are not seen. */
function scanFile(path: string | undefined, at: Instruction, scan: Scan): void {
  const name = path?.replace(/^.*\//, '') ?? '';
  if (path !== undefined && /^(?:\/usr(?:\/local)?)?\/s?bin\/[\w.-]+$/.test(path) && !name.endsWith('.sh')) {
    if (path.startsWith('/usr/local/') || scan.seen.has(path)) {
      const found = find(name, scan);
      if (found.length === 0)
        return scan.seen.has(path) ? undefined : (scan.seen.add(path), scanWords([name], at, scan));
    } else {
      scan.seen.add(path);
      return scanWords([name], at, scan);
    }
  }
  const files = find(name, scan);
  if (files.length === 0) {
    if (path === 'docker-entrypoint.sh' && scan.entryPoint) return;
    if (name === 'activate') return;
    // A program that another stage has made reads no manual pages.
    if (scan.plain && scan.made.has(name) && !/\.|entry|start|run/.test(name)) return;
    return scan.needs.refuse(`${line(at, scan)} runs ${path ?? 'a file'}, which is not seen here`, at);
  }
  for (const file of files) {
    if (scan.seen.has(file)) continue;
    scan.seen.add(file);
    const text = scan.project!.context.read(file);
    if (text === undefined) scan.needs.refuse(`${line(at, scan)} runs ${file}, which is no text`, at);
    else if (/^#!.*\b(?:python|node|ruby|perl|php)/.test(text))
      scanInvocation(readInvocation(literalCommand([/\b(python|node|ruby|perl|php)/.exec(text)![1]!, file])), at, scan);
    else {
      if (/^#!.*\bbash\b/.test(text)) scan.each?.(readInvocation(literalCommand(['bash', file])), line(at, scan));
      scanText(text.replace(/^#!.*/, ''), file, at, scan);
    }
  }
}

function find(name: string, { project }: Scan): readonly string[] {
  if (name === '' || project === undefined) return [];
  return project.context.paths.filter((path) => path === name || path.endsWith(`/${name}`));
}

/** What starts a command: a file beside the Dockerfile, else the instruction. */
export function line({ keyword, lines }: Instruction, { service }: Partial<Pick<Scan, 'service'>> = {}): string {
  return service ?? `${keyword} at line ${lines.first}`;
}
