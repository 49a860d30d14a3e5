import type { Prepare, Run, Use } from '../../src/cache-mounts/index.js';
import type { Facts } from '../../src/facts/index.js';
import { readInvocation } from '../../src/shell/index.js';

/** Programs that run a package and keep it in the manager's cache, so that a container need not fetch it again. */
const NPX = /^(npx|npm (exec|x))\b/;
const UVX = /^(uvx|uv tool run|uv x)\b/;

export const prepareNpm: Prepare = ({ run }, facts) => fetchedBefore(NPX, run, facts);

export const prepareUvx: Prepare = ({ run }, facts) => fetchedBefore(UVX, run, facts);

/** Whether a RUN fetches packages so, and a container of its stage or of one built FROM it starts with one. */
function fetchedBefore(runner: RegExp, run: Run, facts: Facts): Exclude<ReturnType<Prepare>, undefined> {
  if (!run.uses.some(({ invocation }) => runner.test(commandOf(invocation)))) return {};
  for (const stage of facts.heirs(run.stage)) {
    for (const instruction of stage.instructions) {
      if (!['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(instruction.keyword)) continue;
      const body = facts.body(instruction);
      const script = body.kind === 'none' || body.kind === 'opaque' ? undefined : body.script;
      const started =
        script !== undefined
          ? script.commands.map((command) => commandOf(readInvocation(command)))
          : body.kind === 'exec'
            ? [body.words.join(' ')]
            : [];
      if (started.some((words) => runner.test(words.replace(/^\S*\//, ''))))
        return `${instruction.keyword} at line ${instruction.lines.first} runs what this RUN fetches into the cache`;
    }
  }
  return {};
}

function commandOf({ tool, args }: Use['invocation']): string {
  return [tool ?? '', ...args.map(({ value }) => value ?? '')].join(' ');
}
