import { type Dockerfile, type Edit, toSource } from '../../src/dockerfile/index.js';
import type { ShellScript, ShellWord } from '../../src/shell/index.js';
import { appendCommand } from '../../src/shell/insert.js';
import { insertAfter, isSubstituted } from '../../src/shell/insert-command.js';
import { joinRuns } from '../../src/shell/merge-runs.js';
import type { Run } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import { isIndependent } from '../../src/bases/index.js';
import type { Install } from './installs.js';
import type { Site } from './sites.js';

const VIRTUAL = '.build-deps';
/** apt itself suggests dpkg-dev, which recommends compilers: with suggestions all would stay. */
const NO_SUGGESTS = '-o APT::AutoRemove::SuggestsImportant=false';

/** The edits that remove build packages at the end of the last RUN that builds, and the names that go. */
export function removal(
  facts: Facts,
  site: Site,
): { readonly edits: readonly Edit[]; readonly commands: readonly string[] } | string {
  const { file } = facts;
  const { runs, installs, family } = site;
  const last = runs.at(-1)!;
  const edits: Edit[] = [];
  const commands: string[] = [];
  const sudo = installs[0]!.use.invocation.wrappers.includes('sudo') ? 'sudo ' : '';
  const gone: string[] = [];
  const present: string[] = installs.flatMap(({ packages }) =>
    packages.filter(({ kind }) => kind === 'stays').map(({ name }) => name),
  );
  if (present.includes('postgresql-libs')) present.push('libpq');
  const libraries = new Set<string>();
  for (const install of installs) {
    const { packages, virtual } = install;
    const build = packages.filter(({ kind }) => kind === 'build');
    const needed = build.flatMap(({ libraries: list }) => list).filter((name) => !present.includes(name));
    if (family === 'alpine' && virtual !== undefined) {
      if (build.length < packages.length) return `${virtual} holds packages that may be needed later`;
      for (const name of needed) libraries.add(name);
      gone.push(virtual);
    } else if (family === 'alpine' && build.length === packages.length && installs.length === 1) {
      edits.push(nameVirtual(file, install));
      for (const name of needed) libraries.add(name);
      gone.push(VIRTUAL);
    } else {
      for (const { word, libraries: list } of build) {
        const names = list.filter((name) => !present.includes(name) && !libraries.has(name));
        for (const name of names) libraries.add(name);
        if (names.length === 0) continue;
        edits.push(insertWords(file, install.run.script!, word, names));
      }
      gone.push(...build.map(({ name }) => name));
      for (const name of needed) present.push(name);
      for (const name of needed) libraries.delete(name);
    }
  }
  if (libraries.size > 0) commands.push(`${sudo}apk add --no-cache ${[...libraries].join(' ')}`);
  const names = [...new Set(gone)].join(' ');
  const purge = `${sudo}apt-get purge -y --auto-remove ${NO_SUGGESTS}`;
  if (family === 'alpine') commands.push(`${sudo}apk del ${names}`);
  else if (site.beside.every(isIndependent)) commands.push(`${purge} ${names}`);
  // By name a purge would take along what depends on the packages; as automatic ones they go only when nothing does.
  else commands.push(`${sudo}apt-mark auto ${names} > /dev/null`, purge);
  const script = last.script!;
  edits.push(
    ...joinRuns(
      file,
      runs.map((run) => ({ instruction: run.instruction, script: run.script! })),
    ),
  );
  for (const command of commands) edits.push(atEnd(facts, last, script, command));
  return { edits, commands };
}

/** Commands that only clean up; packages go before, so that what their removal leaves goes, too. */
const CLEANERS = /^(rm|true|:)$/;

/** Puts a command at the end of a RUN, before its own clean-ups. */
function atEnd(facts: Facts, { instruction, uses }: Run, script: ShellScript, command: string): Edit {
  const own = uses.filter((use) => use.script === script && !isSubstituted(script, use.invocation.command));
  const last = own.findLastIndex(
    ({ invocation: { tool, subcommand } }) => !CLEANERS.test(tool ?? '') && !/^(auto-?)?clean$/.test(subcommand),
  );
  const body = facts.body(instruction);
  const errexit = body.kind === 'script' && body.errexit;
  const node = own[last]?.invocation.command;
  const clean = own.slice(last + 1).every(({ invocation }) => !invocation.command.conditional);
  const edit =
    node === undefined || last === own.length - 1 || node.conditional || !clean
      ? 'at the end'
      : insertAfter(facts.file, instruction, script, node, command, errexit);
  return typeof edit === 'string' ? appendCommand(facts.file, instruction, script, command) : edit;
}

/** Gives the packages of an `apk add` a name: behind the options that share the line with `add`. */
function nameVirtual(file: Dockerfile, { run, use }: Install): Edit {
  const { words } = use.invocation.command;
  const { source } = run.script!;
  const endOf = (word: ShellWord): number => toSource(source, word.span.end - 1) + 1;
  const add = words.findIndex(({ value }) => value === 'add');
  let after = words[add]!;
  for (const word of words.slice(add + 1)) {
    if (!word.text.startsWith('-') || file.text.slice(endOf(after), endOf(word)).includes('\n')) break;
    after = word;
  }
  return { span: { start: endOf(after), end: endOf(after) }, text: ` --virtual ${VIRTUAL}` };
}

/** Puts words before another one: on lines of their own where that one has its line to itself. */
function insertWords(file: Dockerfile, script: ShellScript, word: ShellWord, names: readonly string[]): Edit {
  const at = toSource(script.source, word.span.start);
  const end = toSource(script.source, word.span.end - 1) + 1;
  const start = file.text.lastIndexOf('\n', at - 1) + 1;
  const before = file.text.slice(start, at);
  const after = file.text.slice(end).split(/\r?\n/, 1)[0]!;
  const alone = before.trim() === '' && /^[ \t]*(?:[\\`][ \t]*)?$/.test(after);
  const joint = alone ? ` ${file.escape}${file.eol}${before}` : ' ';
  return { span: { start: at, end: at }, text: names.map((name) => name + joint).join('') };
}
