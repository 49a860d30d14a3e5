import { slimTagOf, stageNeeds, withoutOpenMp } from '../../../src/bases/index.js';
import type { Instruction } from '../../../src/dockerfile/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import { type SystemPackages, systemPackages } from '../system-packages.js';
import { type Answer, type Declined, declined, plan, type Stack, type Step, type Subject } from '../types.js';
import { environmentOf } from './python-environment.js';
import { guardPip, MANAGERS } from './python-guards.js';
import { isPip, isSync, placesOf } from './python-places.js';
import { uvEnvironment } from './python-uv.js';
import { slimImage, type SlimImage } from './slim-image.js';

export const python: Stack = {
  name: 'python',
  plan: (subject) => {
    const { base } = subject;
    if (base?.image !== 'python' || readTag(base.tag).windows !== undefined) return undefined;
    const { command, stage, steps, project } = subject;
    const syncs = steps.filter(isSync);
    const installs = syncs.length > 0 ? syncs : steps.filter(isPip);
    const other =
      installs.length > 0 ? undefined : steps.findLast(({ invocation }) => MANAGERS.test(invocation.tool ?? ''));
    const last = (installs.at(-1) ?? other)?.instruction;
    if (last === undefined || command.at === undefined) return undefined;
    const before = steps.filter(({ instruction }) => instruction.index <= last.index);
    const full = slimTagOf('python', base.tag);
    const slim = full !== undefined && 'tag' in full ? slimImage(subject) : undefined;
    const system = systemPackages(subject, before, slim !== undefined && 'release' in slim ? slim.release : undefined);
    if ('reason' in system) return system.reason.includes('takes packages away') ? undefined : system;
    if (system.left.length === 0) return undefined;
    if (other !== undefined)
      return declined(`${other.invocation.tool!} installs too, and where it does is not followed`, other.instruction);
    if (/^(?:2|3\.[0-2])(?:[.-]|$)/.test(base.tag))
      return declined('this Python has no virtual environments of its own', stage.from);
    if (subject.opaque !== undefined) return subject.opaque;
    if (project === undefined)
      return declined('without its build context it is not known what pip installs', stage.from);
    return planOf(subject, installs, last, system, slim);
  },
};

function planOf(
  subject: Subject,
  installs: readonly Step[],
  last: Instruction,
  system: SystemPackages,
  slim: SlimImage | Declined | undefined,
): Answer {
  const { facts, command } = subject;
  const first = installs[0]!;
  const bySync = isSync(first);
  const version = /^\d+\.\d+/.exec(subject.base!.tag)?.[0];
  const environment = bySync ? uvEnvironment(subject, installs, version) : environmentOf(subject, installs);
  if ('reason' in environment) return environment;
  const { path, step } = environment;
  const wrong = guardPip(subject, installs, system, path, bySync ? installs : []);
  if (wrong !== undefined) return wrong;
  const places = placesOf(subject, last);
  if ('reason' in places) return places;
  // Nothing that starts runs what is copied from the image of uv.
  for (const { by, context } of subject.files.values()) if (context === undefined) places.delete(by);
  for (const one of system.both) places.set(one, one.index < last.index ? 'both' : 'final');
  const shipped = imageOf(subject, slim, last);
  if ('reason' in shipped) return shipped;
  const packages = [...system.packages, ...openMp(subject, system), ...shipped.packages].filter(
    (one, i, all) => all.findIndex(({ name }) => name === one.name) === i,
  );
  const { file } = facts;
  const at = file.blockOf(first.instruction).start;
  const lower = first.instruction.logical.text.startsWith('run');
  const word = (keyword: string): string => (lower ? keyword.toLowerCase() : keyword);
  const lines = [`${word('RUN')} python -m venv ${path}`, `${word('ENV')} PATH=${path}/bin:$PATH`];
  const added =
    step === undefined ? [{ span: { start: at, end: at }, text: lines.map((line) => line + file.eol).join('') }] : [];
  return plan({
    image: shipped.image,
    what: `ship ${step === undefined ? 'a' : 'the'} virtual environment on ${shipped.image} and leave ${system.left.join(', ')} in a build stage`,
    places,
    copies: [{ from: path, to: path }],
    packages: packages.sort((a, b) => (a.name < b.name ? -1 : 1)),
    manager: system.manager,
    recommends: system.recommends,
    edits: [...shipped.edits, ...added],
    variables: new Map(step === undefined ? [['PATH', `${path}/bin:$PATH`]] : []),
    // On Alpine no build of a real project has shown it, and libraries are looked up with the compiler's tools.
    level: system.manager === 'apk' ? 'unsafe' : 'review',
    evidence: [
      {
        fact: `${bySync ? 'uv' : 'pip'} installs into ${path}, which both stages have at the same place with the same Python`,
        span: first.instruction.span,
      },
      {
        fact: `${system.left.join(', ')} only build, and what is built links to nothing beside the base and the packages of the final stage`,
        span: command.at!.span,
      },
      ...shipped.facts.map((fact) => ({ fact })),
      ...packages.map(({ name, why }) => ({ fact: `${name}: ${why}` })),
    ],
    announces: [
      ...(step === undefined
        ? [
            {
              kind: 'files',
              effect: 'added',
              paths: [`${path}/**`],
              why: 'the virtual environment that pip installs into',
            } as const,
          ]
        : []),
      { kind: 'packages', effect: 'removed', manager: system.manager, names: system.left },
    ],
  });
}

/** GCC brings its library for OpenMP, which a program that is built with it, or a wheel, may load. */
function openMp({ project }: Subject, { left, manager }: SystemPackages): SystemPackages['packages'] {
  const unknown = project!.python.flatMap(({ dependencies }) => [...dependencies]).find((name) => !withoutOpenMp(name));
  if (
    manager === 'apk' ||
    unknown === undefined ||
    !left.some((name) => /^(?:gcc|g\+\+|build-essential|gfortran)$/.test(name))
  )
    return [];
  return [{ name: 'libgomp1', why: `gcc brought it, and ${unknown} may load it` }];
}

interface Shipped {
  readonly image: string;
  readonly packages: readonly { readonly name: string; readonly why: string }[];
  readonly edits: SlimImage['edits'];
  readonly facts: readonly string[];
}

/** The same image, or for a full one its slim variant of the same Debian release. */
function imageOf(
  { facts, stage, project }: Subject,
  slim: SlimImage | Declined | undefined,
  last: Instruction,
): Shipped | Declined {
  if (slim === undefined) return { image: stage.base, packages: [], edits: [], facts: [] };
  if ('reason' in slim) return slim;
  const needs = stageNeeds(facts, stage, 'python', project, (one) => one.index > last.index || one.keyword === 'ENV');
  const [missing] = needs.reasons;
  if (missing !== undefined)
    return declined(`${slim.image} may lack what the program needs: ${missing.reason}`, stage.from);
  return {
    image: slim.image,
    packages: [...needs.packages].map(([name, { why }]) => ({ name, why })),
    edits: slim.edits,
    facts: [slim.evidence],
  };
}
