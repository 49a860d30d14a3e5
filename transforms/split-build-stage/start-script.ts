import { verbatim } from '../../src/dockerfile/index.js';
import { joinPath } from '../../src/facts/index.js';
import { parseShell } from '../../src/shell/index.js';
import { followScript, type Started } from './script-commands.js';
import { baseName } from './stacks/start.js';
import { isPackageCommand } from './system-packages.js';
import { type Declined, declined, isDeclined, type RuntimePackage, type Stack, type Subject } from './types.js';
import { BARE } from './without-shell.js';

const SHELL = /^(?:ba|da|a)?sh$/;
/** They build, and stacks say so. */
const WRAPPERS = /^(?:mvnw|gradlew)$/;
const INIT = /^(?:tini|dumb-init)$/;

/** A stack that is told the program which an init or a script of the project starts; both ship beside it. */
export function throughScripts(stack: Stack): Stack {
  return {
    ...stack,
    plan: (subject) => {
      const { command, stage } = subject;
      const started = readStarted(subject);
      if (started === undefined) return stack.plan(subject);
      if ('reason' in started) return stack.plan(subject) === undefined ? undefined : started;
      const words = [...started.words, ...started.texts];
      const planned = stack.plan({ ...subject, command: { ...command, words, plain: true, single: true } });
      if (planned === undefined || isDeclined(planned)) return planned;
      const { script, by } = started;
      if (by !== undefined && BARE.test(planned.image))
        return declined(`${planned.image} has no shell, which ${by} needs`, stage.from);
      const init = command.words[0] ?? '';
      if (INIT.test(baseName(init)) && init.includes('/') && init !== placeOf(baseName(init), planned.manager))
        return declined(`${planned.image} has no ${init}, which starts the program`, command.at!);
      const paths = planned.copies.map(({ to }) => to);
      const missing = started.before.find((name) => !paths.some((path) => isProgram(subject, name, path)));
      if (missing !== undefined)
        return declined(`${by ?? 'the command'} starts ${missing}, which the new base may lack`, command.at!);
      const copies = script === undefined || paths.includes(script) ? [] : [{ from: script, to: script }];
      const named = new Map([...planned.packages, ...started.packages].map((one) => [one.name, one]));
      for (const { name } of started.packages) if (name === 'bash' && planned.manager === 'apt') named.delete(name);
      return {
        ...planned,
        copies: [...planned.copies, ...copies],
        packages: [...named.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
      };
    },
  };
}

/** Follows an init and a script to the program; undefined where the command names the program itself. */
function readStarted(subject: Subject): Started | Declined | undefined {
  const { command, stage, files, project, facts } = subject;
  if (command.at === undefined || project === undefined) return undefined;
  if (WRAPPERS.test(baseName(command.words[0] ?? ''))) return undefined;
  const packages: RuntimePackage[] = [];
  let words = command.words;
  const init = baseName(words[0] ?? '');
  if (INIT.test(init)) {
    if (!installs(subject, init)) return undefined;
    packages.push({ name: init, why: 'it starts the program' });
    words = words.slice(words.includes('--') ? words.indexOf('--') + 1 : 1);
    if (words[0]?.startsWith('-') === true || words.length === 0) return undefined;
  }
  const body = facts.body(command.at);
  const inline = command.single || body.kind === 'opaque' || body.kind === 'none' ? undefined : body.script;
  if (
    inline !== undefined &&
    stage.instructions.filter(({ keyword }) => /^(?:CMD|ENTRYPOINT)$/.test(keyword)).length > 1
  )
    return undefined;
  const shell = SHELL.test(baseName(words[0] ?? '')) && words[1]?.startsWith('-') === false ? words[0] : undefined;
  const [given, ...rest] = shell === undefined ? words : words.slice(1);
  const path = (given === undefined ? [] : placesOf(given, command.workdir)).find((one) => files.has(one));
  const file = path === undefined ? undefined : files.get(path)!.context;
  const text = file === undefined ? undefined : project.context.read(file)?.replaceAll('\r\n', '\n');
  const by = /^#!.*\/(?:env +)?(\w+)(?: .*)?$/m.exec(text?.split('\n')[0] ?? '')?.[1] ?? '';
  if (inline === undefined && (text === undefined || !SHELL.test(shell === undefined ? by : baseName(shell))))
    return packages.length === 0
      ? undefined
      : { words, before: [], script: undefined, by: undefined, packages, texts: [] };
  const script = inline ?? parseShell(verbatim(text!.replace(/^#!.*/, ''), 0));
  if (typeof script === 'string') return declined(`${path!} is not understood: ${script}`, command.at);
  const runs = inline === undefined ? (shell ?? by) : body.kind === 'exec' ? (body.words[0] ?? '') : '';
  if (baseName(runs) === 'bash') packages.push({ name: 'bash', why: 'a script needs it' });
  return followScript(script, rest, { subject, path: inline === undefined ? path : undefined, packages });
}

function placeOf(init: string, manager: 'apk' | 'apt'): string {
  return manager === 'apk' && init === 'tini' ? '/sbin/tini' : `/usr/bin/${init}`;
}

function isProgram({ command }: Subject, name: string, path: string): boolean {
  return placesOf(name, command.workdir).includes(path);
}

/** Where a command's name may lead. */
function placesOf(name: string, workdir = '/'): readonly string[] {
  return name.includes('/')
    ? [joinPath(workdir, name)]
    : ['/usr/local/bin', '/usr/bin', '/bin'].map((folder) => joinPath(folder, name));
}

function installs({ steps }: Subject, name: string): boolean {
  return steps.some((step) => isPackageCommand(step) && step.invocation.operands.some(({ text }) => text === name));
}
