import { createHash } from 'node:crypto';
import { type Process, Unknown, runScript } from './shell.js';
import { BuildError, LEFT_OUT, PROGRAM, type Tree, join, parent } from './tree.js';

/**
 * The commands of generated builds: what each reads and writes, by its own documentation. A result is named by a hash of
 * all that went into it, so that two images are equal where the same commands saw the same things.
 */
type Tool = (args: readonly string[], process: Process, input: string) => string | undefined;

export function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** Options and operands; `values` are the options that take the next word. */
function split(
  args: readonly string[],
  values: readonly string[] = [],
): { options: Map<string, string>; operands: string[] } {
  const options = new Map<string, string>();
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (!arg.startsWith('-') || arg === '-') operands.push(arg);
    else if (values.includes(arg)) options.set(arg, args[++at] ?? '');
    else if (arg.startsWith('--') && arg.includes('='))
      options.set(arg.slice(0, arg.indexOf('=')), arg.slice(arg.indexOf('=') + 1));
    else options.set(arg, '');
  }
  return { options, operands };
}

function flag(options: ReadonlyMap<string, string>, short: string, long?: string): boolean {
  return (
    (long !== undefined && options.has(long)) ||
    [...options.keys()].some((key) => /^-[A-Za-z]+$/.test(key) && key.includes(short))
  );
}

/** A program that is a file of the image: without it the command is not found. */
function installed(name: string, tool: Tool): Tool {
  return (args, process, input) => {
    const found = (process.env.get('PATH') ?? '').split(':').some((folder) => process.tree.has(join(folder, name)));
    if (!found) throw new BuildError(`${name}: not found`);
    return tool(args, process, input);
  };
}

/** What the file of a program holds. `/oracle/tool` runs it in the images that are built for real. */
export function programText(name: string): string {
  return `${PROGRAM}/oracle/tool ${name}\n`;
}

function asRoot(tool: Tool): Tool {
  return (args, process, input) => {
    if (process.user !== '0:0') throw new BuildError('are you root?');
    return tool(args, process, input);
  };
}

function home({ user }: Process): string {
  return user === '0:0' ? '/root' : '/home/node';
}

function folders(process: Process, path: string): void {
  process.tree.makeFolders(path, process.user, process.user);
}

function write(process: Process, path: string, text: string): void {
  folders(process, parent(path));
  process.tree.write(path, text, process.user);
}

/** The variables that a tool reads, by the prefixes of their names. */
function environment({ env }: Process, ...prefixes: readonly string[]): string {
  return (
    [...env]
      .filter(([name]) => prefixes.some((prefix) => name.toLowerCase().startsWith(prefix.toLowerCase())))
      // Where a cache lies changes nothing that is installed.
      .filter(([name]) => !/^(?:npm_config_cache|PIP_(?:NO_)?CACHE_DIR|YARN_CACHE_FOLDER)$/i.test(name))
      .map(([name, value]) => `${name}=${value}`)
      .sort()
      .join('\n')
  );
}

/** All files below a folder with their contents, but for what `without` names. */
function everything(tree: Tree, folder: string, without: readonly string[] = []): string {
  return tree
    .below(folder)
    .filter(
      (path) =>
        !LEFT_OUT.test(path) &&
        !without.some((name) => path === join(folder, name) || path.startsWith(`${join(folder, name)}/`)),
    )
    .map((path) => `${path} ${tree.get(path)?.kind ?? 'link'} ${tree.get(path)?.text ?? ''}`)
    .join('\n');
}

const apt: Tool = asRoot((args, process) => {
  const { tree, env } = process;
  const { options, operands } = split(args, ['-o', '-t']);
  const [action, ...packages] = operands;
  const lists = '/var/lib/apt/lists/index';
  if (action === 'update') return void write(process, lists, 'lists');
  if (action === 'clean') {
    for (const path of tree.children('/var/cache/apt/archives')) tree.remove(path, '0:0');
    return;
  }
  if (action === 'autoremove') return;
  if (!flag(options, 'y', '--yes') && env.get('DEBIAN_FRONTEND') !== 'noninteractive')
    throw new BuildError('apt-get: no answer');
  for (const name of packages) {
    const record = `/var/lib/dpkg/info/${name}.list`;
    if (action === 'install') {
      if (tree.has(record)) continue;
      if (!tree.has(lists)) throw new BuildError(`apt-get: unable to locate package ${name}`);
      write(process, record, `${name} ${environment(process, 'DEBIAN_')}`);
      write(process, `/usr/bin/${name}`, programText(name));
      if (!options.has('--no-install-recommends')) write(process, `/usr/share/recommended/${name}`, name);
      write(process, `/var/cache/apt/archives/${name}.deb`, name);
    } else if (action === 'purge' || action === 'remove') {
      if (!tree.has(record)) continue;
      for (const path of [record, `/usr/bin/${name}`, `/usr/share/recommended/${name}`]) tree.remove(path, '0:0');
    } else throw new Unknown(`apt-get ${args.join(' ')}`);
  }
  // docker-clean runs after each install.
  if (tree.has('/etc/apt/apt.conf.d/docker-clean'))
    for (const path of tree.children('/var/cache/apt/archives')) tree.remove(path, '0:0');
  write(process, '/var/log/apt/history.log', args.join(' '));
});

const apk: Tool = asRoot((args, process) => {
  const { tree } = process;
  const { options, operands } = split(args, ['-t', '--virtual', '--repository', '-X']);
  const [action, ...packages] = operands;
  const group = options.get('--virtual') ?? options.get('-t');
  const index = '/var/cache/apk/APKINDEX';
  const cached = tree.has('/etc/apk/cache');
  if (action === 'update') return void write(process, index, 'index');
  if (action === 'add') {
    if (
      !options.has('--no-cache') &&
      !flag(options, 'U', '--update-cache') &&
      !options.has('--update') &&
      !tree.has(index)
    )
      throw new BuildError('apk: no index');
    if (!options.has('--no-cache') && (flag(options, 'U', '--update-cache') || options.has('--update')))
      write(process, index, 'index');
    for (const name of packages) {
      if (!tree.has(`/lib/apk/db/${name}`)) write(process, `/lib/apk/db/${name}`, name);
      write(process, `/usr/bin/${name}`, programText(name));
      if (cached) write(process, `/var/cache/apk/${name}.apk`, name);
    }
    if (group !== undefined) write(process, `/lib/apk/db/${group}`, `group ${packages.join(' ')}`);
    return;
  }
  if (action !== 'del') throw new Unknown(`apk ${args.join(' ')}`);
  for (const name of packages) {
    const record = tree.has(`/lib/apk/db/${name}`) ? tree.read(`/lib/apk/db/${name}`) : '';
    const members = record.startsWith('group ') ? record.slice(6).split(' ') : [name];
    for (const member of [name, ...members])
      for (const path of [`/lib/apk/db/${member}`, `/usr/bin/${member}`]) tree.remove(path, '0:0');
  }
  return;
});

const NPM_READS = ['NODE_ENV', 'npm_config_'];

const npm: Tool = installed('node', (args, process) => {
  const { tree, cwd } = process;
  const { options, operands } = split(args);
  const [action, ...rest] = operands;
  const cache = join(cwd, process.env.get('npm_config_cache') ?? options.get('--cache') ?? `${home(process)}/.npm`);
  if (action === 'cache') return void tree.remove(`${cache}/_cacache`, process.user);
  if (action === 'run') return script(rest[0] ?? '', process);
  if (action !== 'ci' && action !== 'install' && action !== 'i') throw new Unknown(`npm ${args.join(' ')}`);
  const settings = [
    environment(process, ...NPM_READS),
    [...options.keys()]
      .filter((key) => key !== '--prefer-offline' && key !== '--no-audit')
      .sort()
      .join(' '),
    // npm does not read the project's file in global mode.
    rest.length === 0 && tree.has(join(cwd, '.npmrc')) ? tree.read(join(cwd, '.npmrc')) : '',
  ];
  if (rest.length > 0) {
    if (!flag(options, 'g', '--global')) throw new Unknown(`npm ${args.join(' ')}`);
    for (const name of rest) write(process, `/usr/local/lib/node_modules/${name}/index.js`, hash(name, ...settings));
  } else {
    const manifest = tree.read(join(cwd, 'package.json'));
    const lock = tree.has(join(cwd, 'package-lock.json')) ? tree.read(join(cwd, 'package-lock.json')) : undefined;
    if (action === 'ci' && lock === undefined) throw new BuildError('npm ci: no lockfile');
    if (action === 'ci') tree.remove(join(cwd, 'node_modules'), process.user);
    write(process, join(cwd, 'node_modules/.package-lock.json'), hash(manifest, lock ?? '', ...settings));
    if (lock === undefined) write(process, join(cwd, 'package-lock.json'), hash(manifest));
    if (!options.has('--ignore-scripts')) script('postinstall', process, true);
  }
  write(process, `${cache}/_cacache/index`, 'cache');
  return;
});

/** Runs a script of package.json; programs that it starts may read every file of the project and every variable. */
function script(name: string, process: Process, optional = false): string | undefined {
  const { tree, cwd } = process;
  const manifest = JSON.parse(tree.read(join(cwd, 'package.json'))) as { scripts?: Record<string, string> };
  const body = manifest.scripts?.[name];
  if (body === undefined) {
    if (optional) return;
    throw new BuildError(`npm: missing script ${name}`);
  }
  runScript(body, { ...process, env: new Map(process.env), strict: false });
  return;
}

const node: Tool = installed('node', (args, process) => {
  const [path = ''] = args;
  const { tree, cwd } = process;
  const program = tree.read(join(cwd, path));
  const seen = hash(program, everything(tree, cwd, ['dist', 'made']), environment(process, ''));
  write(process, join(cwd, path.includes('build') ? 'dist/index.js' : 'made/setup'), seen);
  return;
});

const yarn: Tool = installed('node', (args, process) => {
  const { tree, cwd } = process;
  const { options, operands } = split(args);
  const [action = 'install', name] = operands;
  if (action === 'cache') return void tree.remove('/usr/local/share/.cache', process.user);
  if (action === 'build' || action === 'run') return script(name ?? action, process);
  if (action !== 'install') throw new Unknown(`yarn ${args.join(' ')}`);
  const lock = join(cwd, 'yarn.lock');
  if (options.has('--frozen-lockfile') && !tree.has(lock)) throw new BuildError('yarn: no lockfile');
  const inputs = [
    tree.read(join(cwd, 'package.json')),
    tree.has(lock) ? tree.read(lock) : '',
    environment(process, 'NODE_ENV', 'YARN_', 'npm_config_'),
  ];
  write(process, join(cwd, 'node_modules/.yarn-integrity'), hash(...inputs, [...options.keys()].join(' ')));
  script('postinstall', process, true);
  write(process, '/usr/local/share/.cache/yarn/index', 'cache');
  return;
});

const pip: Tool = installed('python3', (args, process) => {
  const { tree, cwd } = process;
  const { options, operands } = split(args, ['-r', '-c', '-i', '--index-url', '--target', '--prefix']);
  const [action, ...names] = operands;
  if (action === 'cache') return void tree.remove(`${home(process)}/.cache/pip`, process.user);
  if (action !== 'install') throw new Unknown(`pip ${args.join(' ')}`);
  const from = options.get('-r');
  const site =
    process.user === '0:0'
      ? '/usr/local/lib/python3.11/site-packages'
      : `${home(process)}/.local/lib/python3.11/site-packages`;
  const settings = environment(process, 'PIP_')
    .split('\n')
    .filter((line) => !line.startsWith('PIP_NO_CACHE_DIR'))
    .join('\n');
  for (const name of [...names, ...(from === undefined ? [] : requirements(tree, join(cwd, from)))]) {
    const local = name === '.' || name.startsWith('./') || name.startsWith('-e');
    const source = local ? everything(tree, join(cwd, name.replace(/^-e\s*/, ''))) + environment(process, '') : '';
    if (local && !tree.has(join(cwd, 'setup.py'))) throw new BuildError('pip: neither setup.py nor pyproject.toml');
    write(process, `${site}/${name.replace(/\W+/g, '_')}.py`, hash(name, settings, source));
  }
  const off =
    options.has('--no-cache-dir') || /^(?:1|true|yes|on|off|0|false)$/i.test(process.env.get('PIP_NO_CACHE_DIR') ?? '');
  if (!off) write(process, join(process.env.get('PIP_CACHE_DIR') ?? `${home(process)}/.cache/pip`, 'index'), 'cache');
  return;
});

function requirements(tree: Tree, path: string): readonly string[] {
  return tree
    .read(path)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => {
      const include = /^-[rc]\s*(.*)$/.exec(line);
      return include === null ? [line] : requirements(tree, join(parent(path), include[1] ?? ''));
    });
}

const go: Tool = installed('go', (args, process) => {
  const { tree, cwd, env } = process;
  const [action, ...rest] = args;
  const modules = env.get('GOMODCACHE') ?? `${env.get('GOPATH') ?? '/go'}/pkg/mod`;
  const needed = /require (\S+)/g;
  const download = (): void => {
    for (const [, name = ''] of tree.read(join(cwd, 'go.mod')).matchAll(needed)) {
      const replaced = new RegExp(`replace ${name.replaceAll('.', '\\.')} => (\\S+)`).exec(
        tree.read(join(cwd, 'go.mod')),
      );
      if (replaced !== null) {
        if (!tree.has(join(cwd, `${replaced[1] ?? ''}/go.mod`))) throw new BuildError(`go: ${name}: no go.mod`);
        continue;
      }
      const target = join(modules, `${name}/mod.go`);
      if (tree.has(target)) continue;
      if (env.get('GOPROXY') === 'off') throw new BuildError(`go: ${name}: module lookup disabled`);
      write(process, target, hash(name));
    }
  };
  if (action === 'mod' && rest[0] === 'download') return void download();
  if (action === 'clean') return void tree.remove(modules, process.user);
  if (action !== 'build') throw new Unknown(`go ${args.join(' ')}`);
  const { options, operands } = split(rest, ['-o', '-ldflags', '-tags']);
  download();
  const output = join(cwd, options.get('-o') ?? 'app');
  const flags = [...options]
    .filter(([name]) => name !== '-o')
    .map((option) => option.join('='))
    .sort();
  const target = operands[0] ?? '.';
  if (!tree.isFolder(join(cwd, target))) throw new BuildError(`go: no package ${target}`);
  const settings = environment(process, 'GO', 'CGO_')
    .split('\n')
    .filter((line) => !/^(?:GOMODCACHE|GOPATH|GOCACHE|GOPROXY|GOLANG)/.test(line));
  write(process, output, hash(target, ...flags, ...settings, everything(tree, cwd, [output])));
  write(process, `${env.get('GOCACHE') ?? `${home(process)}/.cache/go-build`}/index`, 'cache');
  return;
});

const remove: Tool = (args, { tree, cwd, user }) => {
  const { options, operands } = split(args);
  for (const path of operands) {
    const target = join(cwd, path);
    if (!tree.has(target)) {
      if (!flag(options, 'f', '--force')) throw new BuildError(`rm: ${path}: no such file`);
    } else if (tree.at(target)?.kind === 'folder' && !flag(options, 'r') && !flag(options, 'R'))
      throw new BuildError(`rm: ${path}: is a folder`);
    else tree.remove(target, user);
  }
  return undefined;
};

const copyOrMove =
  (move: boolean): Tool =>
  (args, { tree, cwd, user }) => {
    const { options, operands } = split(args);
    const to = operands.pop() ?? '';
    const into = tree.isFolder(join(cwd, to));
    for (const from of operands) {
      const source = join(cwd, from);
      const entry = tree.get(source);
      if (entry === undefined) throw new BuildError(`${from}: no such file or folder`);
      const whole = move || flag(options, 'r') || flag(options, 'R') || flag(options, 'a');
      if (entry.kind === 'folder' && !whole) throw new BuildError(`cp: ${from} is a folder`);
      const target = into ? join(cwd, `${to}/${source.slice(source.lastIndexOf('/') + 1)}`) : join(cwd, to);
      if (!tree.isFolder(parent(target))) throw new BuildError(`${to}: no such folder`);
      if (entry.kind === 'folder' && `${target}/`.startsWith(`${source}/`))
        throw new BuildError(`cp: ${from} into itself`);
      if (move && source === target) throw new BuildError('mv: the same file');
      if (move && tree.has(target) && tree.isFolder(target)) throw new BuildError('mv: not empty');
      tree.graft(tree, source, target, move || flag(options, 'a') ? undefined : user, user);
      if (move) tree.remove(source, user);
    }
    return undefined;
  };

/** What chmod makes of permission bits; only `755` and `+x` are known. */
function modeAfter(change: string, mode: string): string {
  if (/^[0-7]+$/.test(change)) return change;
  if (change !== '+x') throw new Unknown(`chmod ${change}`);
  return (Number.parseInt(mode, 8) | 0o111).toString(8);
}

/** The users that the base images have, by name. */
export const USERS: Readonly<Record<string, string>> = { root: '0:0', node: '1000:1000' };

export function userId(name: string): string {
  const [user = '', group] = name.split(':');
  const id = (text: string): string => (/^\d+$/.test(text) ? text : (USERS[text]?.split(':')[0] ?? missing(text)));
  const own = id(user);
  return `${own}:${group === undefined ? (/^\d+$/.test(user) ? '0' : own) : id(group)}`;
}

function missing(name: string): never {
  throw new BuildError(`unknown user ${name}`);
}

const fetched: Tool = (args, process) => {
  const { options, operands } = split(args, ['-o', '-O', '--output']);
  const [url = ''] = operands;
  const named =
    options.get('-o') ??
    options.get('-O') ??
    options.get('--output') ??
    [...options].find(([key]) => /^-\w+[oO]$/.test(key))?.[0];
  if (named === undefined) return `remote ${url}`;
  const to = options.get('-o') ?? options.get('-O') ?? options.get('--output') ?? operands[0];
  const from = operands[operands.length - 1] ?? '';
  process.tree.write(join(process.cwd, to ?? ''), `remote ${from}`, process.user);
  return;
};

const tar: Tool = (args, process, input) => {
  const [mode = '', ...rest] = args;
  const { options, operands } = split(rest, ['-C', '--directory']);
  if (!/x/.test(mode)) throw new Unknown(`tar ${args.join(' ')}`);
  const archive = /f/.test(mode) ? (operands[0] ?? '') : '-';
  const content = archive === '-' ? input : process.tree.read(join(process.cwd, archive));
  if (!content.startsWith('remote ')) throw new BuildError('tar: not an archive');
  const into = join(process.cwd, options.get('-C') ?? options.get('--directory') ?? '.');
  if (!process.tree.isFolder(into)) throw new BuildError(`tar: ${into}: no such folder`);
  write(process, `${into}/unpacked/${hash(content)}`, content);
  return;
};

export const tools: Readonly<Record<string, Tool>> = {
  'apt-get': installed('apt-get', apt),
  apt: installed('apt-get', apt),
  apk: installed('apk', apk),
  npm,
  node,
  yarn,
  pip,
  pip3: pip,
  go,
  curl: installed('curl', fetched),
  wget: installed('wget', fetched),
  tar,
  rm: remove,
  cp: copyOrMove(false),
  mv: copyOrMove(true),
  mkdir: (args, process) => {
    const { options, operands } = split(args, ['-m']);
    for (const path of operands) {
      const target = join(process.cwd, path);
      if (flag(options, 'p', '--parents')) process.tree.makeFolders(target, process.user, process.user);
      else if (process.tree.has(target)) throw new BuildError(`mkdir: ${path}: exists`);
      else if (!process.tree.isFolder(parent(target))) throw new BuildError(`mkdir: ${path}: no such folder`);
      else process.tree.makeFolders(target, process.user, process.user);
    }
    return undefined;
  },
  touch: (args, process) => {
    for (const path of split(args).operands)
      if (!process.tree.has(join(process.cwd, path))) process.tree.write(join(process.cwd, path), '', process.user);
    return undefined;
  },
  cat: (args, { tree, cwd }, input) =>
    args.length === 0 ? input : args.map((path) => tree.read(join(cwd, path))).join(''),
  env: (_, { env }) =>
    [...env]
      .map(([name, value]) => `${name}=${value}\n`)
      .sort()
      .join(''),
  ln: (args, process) => {
    const { options, operands } = split(args);
    const [target = '', path = ''] = operands;
    if (!flag(options, 's')) throw new Unknown(`ln ${args.join(' ')}`);
    const place =
      process.tree.isFolder(join(process.cwd, path)) && !flag(options, 'n')
        ? `${path}/${target.slice(target.lastIndexOf('/') + 1)}`
        : path;
    if (flag(options, 'f')) process.tree.remove(join(process.cwd, place), process.user);
    else if (process.tree.has(join(process.cwd, place))) throw new BuildError(`ln: ${place}: exists`);
    process.tree.link(join(process.cwd, place), target, process.user);
    return undefined;
  },
  chown: (args, process) => {
    const { options, operands } = split(args);
    const [owner = '', ...paths] = operands;
    for (const path of paths) {
      const target = join(process.cwd, path);
      const all = flag(options, 'R') ? process.tree.below(target) : [];
      for (const each of [target, ...all])
        process.tree.change(
          each,
          {
            owner: owner.includes(':')
              ? userId(owner)
              : `${userId(owner).split(':')[0] ?? ''}:${(process.tree.get(each)?.owner ?? '0:0').split(':')[1] ?? '0'}`,
          },
          process.user,
        );
    }
    return undefined;
  },
  chmod: (args, process) => {
    const { options, operands } = split(args);
    const [mode = '', ...paths] = operands.length > 1 ? operands : [args[0] ?? '', ...operands];
    for (const path of paths) {
      const target = join(process.cwd, path);
      const all = flag(options, 'R') ? process.tree.below(target) : [];
      for (const each of [target, ...all]) {
        const entry = process.tree.get(each);
        const user = entry?.owner === process.user ? '0:0' : process.user;
        process.tree.change(each, { mode: modeAfter(mode, entry?.mode ?? '') }, user);
      }
    }
    return undefined;
  },
};
