import { fetchesPython } from '../../../src/bases/index.js';
import { argumentText } from '../../../src/dockerfile/index.js';
import { isWithin, joinPath } from '../../../src/facts/index.js';
import { isPip, isSync } from './python-places.js';
import type { Environment } from './python-environment.js';
import { nameOf } from './python-starts.js';
import { type Declined, declined, type Step, type Subject } from '../types.js';

const UV = /(?<![\w./-])uvx?(?![\w.-])/;
/** Options by which uv works elsewhere, or with another Python. */
const ELSEWHERE = /^(?:--active|--directory|--project|--no-project|-p|--python|--script)(?:=|$)/;

/** Whether pip only brings uv, which the program does not need. */
function bringsUv(step: Step): boolean {
  const { operands } = step.invocation;
  return isPip(step) && operands.length > 0 && operands.every(({ value }) => /^uv(?:[=<>~![].*)?$/.test(value ?? ''));
}

/** The environment that uv makes beside the project, or where a variable says. */
export function uvEnvironment(
  subject: Subject,
  syncs: readonly Step[],
  version: string | undefined,
): Environment | Declined {
  const { facts, stage, steps, command, project, files, services } = subject;
  const paths = syncs.map(({ cwd, variable }) =>
    cwd === undefined ? undefined : joinPath(cwd, variable('UV_PROJECT_ENVIRONMENT') ?? '.venv'),
  );
  const [step] = syncs;
  const [path] = paths;
  const odd = syncs.find(
    ({ invocation, state }) =>
      invocation.args.some(({ text }) => ELSEWHERE.test(text)) || fetchesPython(invocation, state, version, project),
  );
  if (path === undefined || odd !== undefined || paths.some((one) => one !== path))
    return declined('where uv installs, or for which Python, is not followed', (odd ?? step!).instruction);
  const other = steps.find((one) => (one.invocation.tool === 'uv' && !isSync(one)) || (isPip(one) && !bringsUv(one)));
  if (other !== undefined) return declined(`${other.invocation.tool!} installs beside uv sync`, other.instruction);
  const first = facts.atEnd(stage).env.get('PATH')?.value?.split(':')[0];
  const program = command.words[0] ?? '';
  if (first !== `${path}/bin` && !(program.includes('/') && isWithin(joinPath(command.workdir ?? '/', program), path)))
    return declined(`the command starts outside of ${path}`, command.at!);
  const texts = [
    ...stage.instructions
      .filter(({ keyword }) => /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(keyword))
      .map((one) => [nameOf(one), argumentText(one)]),
    ...services.map(({ what, starts }) => [what, starts.join('\n')]),
    ...[...files.values()].flatMap(({ context: name }) =>
      name !== undefined && /\.sh$|(?:^|\/)[\w-]*(?:entrypoint|start|run)[\w-]*$/.test(name)
        ? [[name, project!.context.read(name) ?? '']]
        : [],
    ),
  ];
  const late = texts.find(([, text]) => UV.test(text!));
  return late === undefined
    ? { path, step }
    : declined(`${late[0]!} runs uv, which looks at the packages again when the container starts`, command.at!);
}
