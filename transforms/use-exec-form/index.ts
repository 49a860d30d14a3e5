import { type Instruction, type Stage, toSourceSpan } from '../../src/dockerfile/index.js';
import { isShipped } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import type { ContextFiles } from '../../src/project/context.js';
import { defineTransform } from '../../src/transform/index.js';
import { preparesFor, takesCommand } from './entry-points.js';
import { mayLackInterpreter } from './interpreter.js';
import { plainWords } from './words.js';

export default defineTransform({
  meta: {
    name: 'use-exec-form',
    summary: 'Start the program without a shell around it',
    why: 'In shell form /bin/sh is process 1 and may not pass SIGTERM on: `docker stop` then waits ten seconds and kills the program. In exec form the program gets the signal itself.',
    phase: 'runtime',
    looksFor: [['CMD', 'ENTRYPOINT']],
    level: 'review',
    assumes: ['nobody gives a container with a shell-form ENTRYPOINT a command, which it does not take'],
    needs: ['project'],
    preset: 'default',
    sameAs: ['DL3025', 'JSONArgsRecommended'],
    references: [
      'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form',
      'https://docs.docker.com/reference/build-checks/json-args-recommended/',
    ],
    options: {},
  },
  find: (file, { facts, project, dockerfile, propose, decline }) => {
    for (const stage of file.stages) {
      if (!isShipped(facts, stage)) continue;
      for (const keyword of ['ENTRYPOINT', 'CMD']) {
        const instruction = stage.instructions.findLast((one) => one.keyword === keyword);
        if (instruction === undefined || instruction.json !== undefined) continue;
        const words = plainWords(facts, instruction);
        const reason =
          typeof words === 'string'
            ? words
            : (shellProblem(facts, instruction) ??
              (keyword === 'CMD' ? takesCommand(facts, stage) : givenCommand(facts, stage, project?.context)) ??
              mayLackInterpreter({ facts, project, dockerfile }, stage, words[0]!) ??
              (file.comments.some(({ inside }) => inside === instruction.index)
                ? 'a comment stands in it'
                : undefined));
        if (reason !== undefined || typeof words === 'string') {
          decline(reason ?? '', instruction.span);
          continue;
        }
        propose({
          at: instruction.span,
          edits: [
            {
              span: toSourceSpan(instruction.logical, instruction.args),
              text: `[${words.map((word) => JSON.stringify(word)).join(', ')}]`,
            },
          ],
          level: 'review',
          what: `start ${words[0]!} without a shell`,
          evidence: [
            { fact: `${keyword} is one command without variables, patterns or redirections` },
            ...preparesFor(facts, stage, words[0]!),
          ],
          announces: [
            {
              kind: 'config',
              field: keyword === 'CMD' ? 'Cmd' : 'Entrypoint',
              why: `${words[0]!} is process 1 and gets signals itself`,
            },
          ],
        });
      }
    }
  },
});

/** Why the shell matters: it is not the default one. */
function shellProblem(facts: Facts, instruction: Instruction): string | undefined {
  const state = facts.before(instruction);
  if (state === undefined || state.shell.join(' ') !== '/bin/sh -c') return 'SHELL names another shell';
  return state.image.os === 'windows' ? 'the image is for Windows' : undefined;
}

const COMPOSE = /(?:^|\/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;

/** A shell-form ENTRYPOINT takes no arguments; in exec form it would be given CMD, or the command of a compose file. */
function givenCommand(facts: Facts, stage: Stage, context: ContextFiles | undefined): string | undefined {
  const command = facts
    .heirs(stage)
    .flatMap(({ instructions }) => instructions)
    .find(({ keyword }) => keyword === 'CMD');
  if (command !== undefined) return `CMD at line ${command.lines.first} would become its arguments`;
  const compose = context?.paths.find(
    (path) => COMPOSE.test(path) && /^[ \t]+command[ \t]*:/m.test(context.read(path) ?? ''),
  );
  return compose === undefined ? undefined : `${compose} gives a command, which would become its arguments`;
}
