import { type Instruction, toSourceSpan, type Stage } from '../../src/dockerfile/index.js';
import type { Proposal } from '../../src/transform/index.js';
import { announcementsOf } from './announce.js';
import { guardProgram } from './stacks/binary.js';
import { go } from './stacks/go.js';
import { rust } from './stacks/rust.js';
import { ask, type Declined, declined, isDeclined, type Subject } from './types.js';
import { withoutShell } from './without-shell.js';
import { carriedForeign, CONFIGURATION, install, needed, repeated } from './write.js';

/** What a file that has its stages already lacks: a last stage that is `FROM builder`, so that it has the toolchain of that one. */
export function shipHeir(
  final: Subject,
  read: (stage: Stage) => Subject,
  dockerfile: string,
): Proposal | Declined | undefined {
  const { facts, stage, command } = final;
  const { file } = facts;
  const parent = stage.parent === undefined ? undefined : file.stages[stage.parent];
  // Alone it is another name of that stage.
  if (parent === undefined || stage.index !== file.stages.length - 1 || stage.instructions.length < 2) return undefined;
  const above = read(parent);
  const stack = above.base?.image === 'golang' ? go : above.base?.image === 'rust' ? rust : undefined;
  if (stack === undefined) return undefined;
  if (command.at !== undefined && above.command.at !== undefined)
    return declined(`${parent.name!} has a command, too, and what of it holds is not followed`, command.at);
  const own = command.at === undefined ? above.command : command;
  const answer = ask(stack, { ...above, command: { ...own, workdir: command.workdir } });
  if (answer === undefined) return undefined;
  const planned = isDeclined(answer) ? answer : withoutShell(final, answer);
  if (isDeclined(planned)) return planned;
  const builds = stage.instructions.find(({ keyword }) => /^(?:RUN|COPY|ADD|ONBUILD)$/.test(keyword));
  if (builds !== undefined)
    return declined(`${builds.keyword} at line ${builds.lines.first} goes on with what ${parent.name!} has`, builds);
  const guarded = guardProgram({ ...final, command: own }, planned.copies[0]!.to);
  if ('reason' in guarded) return guarded;
  const ahead = parent.instructions.slice(1);
  const behind = stage.instructions.slice(1);
  const carried = ahead.filter((one) => isCarried(one) && needed(above, one, ahead, behind, planned));
  const foreign = carriedForeign(above, [...carried, ...behind], planned);
  if (foreign !== undefined) return foreign;
  const lower = stage.from.logical.text.startsWith('from');
  const word = (keyword: string): string => (lower ? keyword.toLowerCase() : keyword);
  const lines = [
    ...install(planned, file).map((line) => `${word('RUN')} ${line}`),
    ...carried.map((one) => file.slice(one.span)),
    ...planned.copies.map(({ from, to }) => `${word('COPY')} --from=${parent.name!} ${from} ${to}`),
  ];
  const { end } = stage.from.span;
  return {
    at: stage.from.span,
    edits: [
      ...planned.edits,
      { span: toSourceSpan(stage.from.logical, stage.baseSpan), text: planned.image },
      { span: { start: end, end }, text: lines.map((line) => file.eol + line).join('') },
    ],
    level: planned.level,
    what: `${planned.what.replace(/ and leave .*/, '')}, not on the stage that builds it`,
    evidence: planned.evidence,
    announces: announcementsOf(above, planned, dockerfile),
  };

  function isCarried(one: Instruction): boolean {
    return CONFIGURATION.test(one.keyword) || repeated(one, planned as Exclude<typeof planned, Declined>);
  }
}
