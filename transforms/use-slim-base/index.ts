import {
  declaresCommand,
  fullPackages,
  installEdits,
  officialBase,
  rootOf,
  slimTagOf,
  stageNeeds,
  tagEdit,
  withBundles,
} from '../../src/bases/index.js';
import type { Announcement } from '../../src/transform/index.js';
import { defineTransform } from '../../src/transform/index.js';

/** More reasons than this say no more. */
const MOST_REASONS = 3;

export default defineTransform({
  meta: {
    name: 'use-slim-base',
    summary: 'Ship on the slim variant of the base image',
    why: 'The full image carries compilers, development files and version control that the running program never uses; its slim variant leaves out some 600 to 800 MB of them.',
    phase: 'base',
    after: ['pin-base-version', 'use-alpine-base'],
    level: 'unsafe',
    assumes: [
      'what the program calls beyond its own sources and known packages is none of the commands that slim leaves out',
    ],
    needs: ['project', 'images'],
    preset: 'default',
    sameAs: [],
    references: [
      'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image',
      'https://github.com/docker-library/buildpack-deps',
    ],
    options: {
      mirrors: {
        default: [],
        describe: 'Registries that hold the official images under the same names, such as registry.example.com/library',
      },
    },
  },
  find: (file, { facts, project, dockerfile, options, propose, decline }) => {
    const target = facts.target;
    if (target === undefined) return;
    const root = rootOf(file.stages, target);
    const base = officialBase(facts, root, options.mirrors);
    const slim = base === undefined ? undefined : slimTagOf(base.image, base.tag);
    if (base === undefined || slim === undefined) return;
    const at = root.from.span;
    if ('reason' in slim) return decline(slim.reason, at);
    if (base.reference.digest !== undefined)
      return decline('the base is pinned by a digest, and the one of its slim variant is not known', at);
    const edit = tagEdit(base, slim.tag);
    if (edit === undefined)
      return decline(`the tag is made of a build argument in a way that leaves no place for ${slim.tag}`, at);
    const services = project?.services(dockerfile);
    const needs = stageNeeds(facts, root, base.image, project, undefined, undefined, services);
    if (needs.reasons.length > 0) {
      const shown = needs.reasons.slice(0, MOST_REASONS).map(({ reason }) => reason);
      const more = needs.reasons.length - shown.length;
      return decline(
        `${slim.tag} may lack what is used: ${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
        at,
      );
    }
    const names = [...needs.packages.keys()].sort();
    const first = [...needs.packages.values()].map((need) => need.at).sort((a, b) => a.index - b.index)[0];
    const install = first === undefined ? [] : installEdits(facts, root, names, first, base);
    if (typeof install === 'string') return decline(install, at);
    const kept = withBundles(names);
    const lost = base.image === 'debian' ? [] : fullPackages.filter((name) => !kept.has(name));
    const declared = base.image === 'debian' || declaresCommand(facts, target);
    propose({
      at,
      edits: [edit, ...install],
      level: declared ? 'review' : 'unsafe',
      ...(base.image === 'debian'
        ? { why: 'The slim variant leaves out documentation and translations, some 30 to 40 MB.' }
        : {}),
      what: `ship on ${base.image}:${slim.tag}${names.length > 0 ? ` with ${names.join(', ')}` : ''}`,
      evidence: [
        { fact: slim.evidence },
        ...(declared ? [] : [{ fact: 'no command is declared, so what will run in the image is not known' }]),
        ...(base.variable === undefined
          ? []
          : [{ fact: `${base.variable} may be set by a builder: each plain version has a slim variant` }]),
        ...[...needs.packages].map(
          ([
            name,
            {
              why,
              at: { span },
            },
          ]) => ({ fact: `${name}: ${why}`, span }),
        ),
        ...(names.length === 0
          ? [{ fact: 'no command, package or source of the stage needs what slim leaves out' }]
          : []),
      ],
      announces: announcements(base.image, lost, names),
    });
  },
});

function announcements(image: string, lost: readonly string[], added: readonly string[]): readonly Announcement[] {
  const documentation = ['doc', 'man', 'info', 'locale', 'lintian'].map((name) => `/usr/share/${name}/**`);
  return [
    {
      kind: 'files',
      effect: 'removed',
      paths: documentation,
      why: 'slim images hold no documentation and translations',
    },
    ...(image === 'debian' ? [] : [{ kind: 'packages', effect: 'removed', manager: 'apt', names: lost } as const]),
    ...(added.length > 0 ? [{ kind: 'packages', effect: 'added', manager: 'apt', names: added } as const] : []),
  ];
}
