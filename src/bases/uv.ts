import { certainValue, type State } from '../facts/index.js';
import type { ProjectFacts } from '../project/project.js';
import type { Invocation } from '../shell/index.js';

/** Commands for a project, for which uv looks for a Python that its files admit, and fetches one where there is none. */
const OF_A_PROJECT = /^(?:sync|run|venv|lock|add|remove|build|export|tree)$/;
const ASKS_FOR_ONE = /^(?:-p|--python(?:=.*)?|--managed-python|--python-preference(?:=.*)?)$/;
const OF_ITS_OWN = /^(?:python|tool)$/;

/**
 * Whether uv may fetch a Python of its own instead of taking the image's.
 * @param version of the image's Python, `3.12`; undefined where there is none or it is not known
 */
export function fetchesPython(
  { tool, args, environment }: Invocation,
  state: State,
  version: string | undefined,
  project: ProjectFacts | undefined,
): boolean {
  const value = (name: string): string | undefined =>
    environment.find(([variable]) => variable === name)?.[1]?.value ?? certainValue(state, name);
  if (/^(?:never|manual|false|0)$/.test(value('UV_PYTHON_DOWNLOADS') ?? '')) return false;
  if (value('UV_PYTHON_PREFERENCE') === 'only-system') return false;
  if (['UV_PYTHON', 'UV_MANAGED_PYTHON', 'UV_PYTHON_PREFERENCE'].some((name) => value(name) !== undefined)) return true;
  if (tool === 'uvx' || args.some(({ text }) => ASKS_FOR_ONE.test(text))) return true;
  if (OF_ITS_OWN.test(args.find(({ text }) => !text.startsWith('-'))?.text ?? '')) return true;
  if (!args.some(({ text }) => OF_A_PROJECT.test(text))) return false;
  if (version === undefined || project === undefined) return true;
  return project.python
    .flatMap(({ versions }) => versions)
    .filter(({ from }) => /\.python-version$|requires-python$/.test(from))
    .some(({ value: asked }) => !asked.split(',').every((one) => admits(one.trim(), version)));
}

/** Whether a bound surely takes every patch release of a version of two numbers. */
function admits(bound: string, version: string): boolean {
  const [, operator = '', major = '', minor] = /^(>=|<|==|~=)?\s*(\d+)(?:\.(\d+))?(?:\.\*)?$/.exec(bound) ?? [];
  if (major === '') return false;
  const [own = 0, below = 0] = version.split('.').map(Number);
  const distance = own - Number(major) || below - Number(minor ?? (operator === '' || operator === '==' ? below : 0));
  if (operator === '<') return distance < 0;
  if (operator === '>=') return distance >= 0;
  return operator === '~=' ? own === Number(major) && distance >= 0 : distance === 0;
}
