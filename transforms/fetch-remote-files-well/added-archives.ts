import { isShipped, relationTo, type Run, runAt, type Use } from '../../src/cache-mounts/index.js';
import {
  type Dockerfile,
  type Edit,
  type Instruction,
  mountsOf,
  readArguments,
  readKeyValues,
} from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { prependCommand } from '../../src/shell/insert.js';
import { layoutOf } from '../../src/shell/layout.js';
import { stopsAtFailure } from '../../src/shell/stops-at-failure.js';
import { insertAfter } from '../../src/shell/insert-command.js';
import { isChain, joinRuns, removeInstruction } from '../../src/shell/merge-runs.js';
import type { TransformContext } from '../../src/transform/index.js';
import { CHECKS, unpackedWord } from './downloads.js';
import { runsUsing } from './file-uses.js';
import { type Fetcher, fetcherAt } from './fetchers.js';
import { notJoined, runsFrom, scriptRun } from './joining.js';
import { lookLater } from './later.js';
import { movingReason } from './versions.js';
import type { RemoteAdd } from './remote-add.js';
import { announcedPath, baseName, holdsName, mentions, namesFile, removes } from './spelling.js';

type Context = Pick<TransformContext, 'facts' | 'propose' | 'decline'>;

/** Proposes to fetch an archive in the RUN that unpacks it instead of in a layer that keeps it for good. */
export function fetchWhereUnpacked(
  adds: readonly RemoteAdd[],
  { facts, propose, decline }: Context,
  taken: Set<Run>,
): void {
  for (const add of adds) {
    if (!isShipped(facts, add.stage)) continue;
    const unpacking = findUnpacking(facts, add);
    if (unpacking === undefined || taken.has(unpacking.run)) continue;
    const found = rewrite(facts, unpacking);
    if (typeof found === 'string') {
      decline(found, add.instruction.span);
      continue;
    }
    for (const run of found.runs) taken.add(run);
    propose({ at: add.instruction.span, ...found.proposal });
  }
}

interface Unpacking {
  readonly add: RemoteAdd;
  readonly run: Run;
  readonly use: Use;
  readonly path: string;
  readonly word: string;
}

/** The last command that unpacks it in the first RUN that does. */
function findUnpacking(facts: Facts, add: RemoteAdd): Unpacking | undefined {
  for (const run of runsUsing(facts, add.stage, add.instruction, add.paths)) {
    let found: Unpacking | undefined;
    for (const use of run.uses)
      for (const path of add.paths) {
        const word = unpackedWord(use, path);
        if (word !== undefined) found = { add, run, use, path, word };
        if (found === undefined && removes(use, path)) return undefined;
      }
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Found {
  readonly proposal: Omit<Parameters<Context['propose']>[0], 'at'>;
  readonly runs: readonly Run[];
}

function rewrite(facts: Facts, unpacking: Unpacking): Found | string {
  const { add, run, use, path, word } = unpacking;
  const { file } = facts;
  const line = run.instruction.lines.first;
  const { script } = run;
  if (script === undefined || use.script === undefined) return `line ${line} is in a form that is not edited`;
  const fetcher = fetcherAt(facts, run, add.url);
  const { removal, reader, unseen } = lookLater(facts, run, use, path);
  const reason =
    movingReason(add) ??
    otherUse(run, unpacking) ??
    standsBetween(facts, unpacking) ??
    (reader === undefined ? undefined : `${reader}, so the archive stays`);
  if (reason !== undefined) return reason;
  if (fetcher !== 'curl' && fetcher !== 'wget') return fetcher;
  const fetched = fetchCommands(unpacking, fetcher);
  if (typeof fetched === 'string') return fetched;
  const body = facts.body(run.instruction);
  const strict = (body.kind === 'script' && body.errexit) || stopsAtFailure(script);
  if (!isChain(script.body) && !(strict && fetched.length === 1))
    return `line ${line} goes on after a failure, so the download cannot stand there`;
  const members = runsFrom(facts, run, removal ?? run);
  const notOne = typeof members === 'string' ? members : notJoined(facts, members);
  if (notOne !== undefined) return notOne;
  const joined = members as readonly Run[];
  const edits: (Edit | string)[] = [
    ...removeInstruction(file, add.instruction),
    prependCommand(file, run.instruction, script, fetched.join(jointOf(file, run.instruction))),
    ...joinRuns(file, joined.map(scriptRun)),
  ];
  if (removal === undefined)
    edits.push(insertAfter(file, run.instruction, script, use.invocation.command, `rm ${word}`, strict));
  const failed = edits.find((edit) => typeof edit === 'string');
  if (failed !== undefined) return `the archive cannot be removed after line ${line} unpacks it: ${failed as string}`;
  return {
    runs: joined,
    proposal: {
      edits: edits as Edit[],
      level: removal === undefined && unseen !== undefined ? 'unsafe' : 'review',
      what: `fetch ${baseName(path)} in the RUN that unpacks it`,
      ...(removal === undefined
        ? {
            announces: [
              {
                kind: 'files',
                effect: 'removed',
                paths: [announcedPath(path, run.state)],
                why: 'the archive was unpacked and nothing uses it after',
              } as const,
            ],
          }
        : {}),
      evidence: [
        { fact: `${fetcher} is there`, span: run.instruction.span },
        { fact: 'the layer of this step holds the archive for good', span: add.instruction.span },
      ],
    },
  };
}

/** Why the RUN does more with the archive than to check, unpack and remove it; ADD's file has another mode than curl's. */
function otherUse(run: Run, { path }: Unpacking): string | undefined {
  const other = run.uses.find(
    (use) =>
      namesFile(use, path) === 'same' &&
      unpackedWord(use, path) === undefined &&
      !removes(use, path) &&
      !CHECKS.test(use.invocation.tool ?? ''),
  );
  const line = run.instruction.lines.first;
  if (other !== undefined)
    return `line ${line} uses ${baseName(path)} with ${other.invocation.tool ?? 'a program'} too`;
  const mount = mountsOf(run.instruction).find(
    ({ target }) => target === undefined || relationTo(path, target) !== 'none',
  );
  return mount === undefined ? undefined : `line ${line} mounts ${mount.target ?? 'a folder'}`;
}

function standsBetween(facts: Facts, { add, run, path }: Unpacking): string | undefined {
  const variables = [...add.url.matchAll(/\$\{?(\w+)/g)].map((match) => match[1]!);
  for (const instruction of facts.file.instructions.slice(add.instruction.index + 1, run.instruction.index)) {
    const line = `line ${instruction.lines.first}`;
    if (instruction.keyword === 'RUN') {
      const other = runAt(facts, instruction)!;
      const unseen =
        other.opaque !== undefined ||
        other.uses.some(
          ({ invocation }) =>
            (invocation.use === undefined && invocation.tool !== '') || invocation.use?.operands === 'script',
        );
      if (unseen || other.uses.some((use) => mentions(use, path) || namesFile(use, path) !== 'none'))
        return `${line} may use the archive before it is unpacked`;
    } else if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      if (holdsName(instruction.logical.text, baseName(path))) return `${line} names the archive too`;
      if (!/^\s*ADD\s.*https?:\/\//is.test(instruction.logical.text))
        return `a change of what line ${instruction.lines.first} copies would fetch the archive again`;
    } else if (setsOne(facts, instruction, variables)) return `${line} changes a variable of the URL`;
    else if (instruction.keyword === 'VOLUME' || instruction.keyword === 'SHELL') return `${line} stands between`;
  }
  return undefined;
}

function setsOne({ file }: Facts, instruction: Instruction, names: readonly string[]): boolean {
  if (instruction.keyword === 'ARG')
    return readArguments(instruction, file.escape).some(({ name }) => names.includes(name));
  if (instruction.keyword !== 'ENV') return false;
  const pairs = readKeyValues(instruction, instruction.logical.text, file.escape);
  return typeof pairs === 'string' || pairs.some(({ name }) => names.includes(name));
}

/** What stands between two commands of a chain in the layout of an instruction. */
function jointOf(file: Dockerfile, instruction: Instruction): string {
  if (instruction.heredocs.length > 0) return ' && ';
  const { indent, leading, operator } = layoutOf(file, instruction);
  const newline = ` ${file.escape}${file.eol}${indent}`;
  return leading ? `${newline}${operator}` : ` &&${newline}`;
}

/** Folders that every image has. */
const FOLDERS =
  /^\/(tmp|var\/tmp|opt|srv|mnt|media|home|root|usr\/(local|share|lib|bin|sbin|src)|usr\/local\/(bin|lib|share|src|etc|include))?$/;

/** The commands that put the file where ADD did. */
function fetchCommands({ add, run, path, word }: Unpacking, fetcher: Fetcher): readonly string[] | string {
  const bare = word.replace(/["']/g, '');
  const target = bare.startsWith('/') ? word : path;
  if (/["'`\\!\s]/.test(add.url) || !/^["']?[\w./${}+~%@:,=-]+["']?$/.test(target))
    return 'the URL or path would need quotes of its own';
  const url = /^[\w:/.%~+,@=${}-]+$/.test(add.url) ? add.url : `"${add.url}"`;
  const folder = path.slice(0, path.lastIndexOf('/'));
  const commands =
    FOLDERS.test(folder) || folder === '' || folder === run.state.workdir || path !== add.paths[0]
      ? []
      : [`mkdir -p ${folder}`];
  commands.push(fetcher === 'curl' ? `curl -fsSL -o ${target} ${url}` : `wget -q -O ${target} ${url}`);
  const checksum = add.instruction.flags.find(({ name }) => name === 'checksum')?.value;
  if (checksum === undefined) return commands;
  const hex = /^sha256:([0-9a-f]{64})$/.exec(checksum)?.[1];
  return hex === undefined
    ? 'the checksum is not read'
    : [...commands, `echo "${hex}  ${bare.startsWith('/') ? bare : path}" | sha256sum -c -`];
}
