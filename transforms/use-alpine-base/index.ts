import { declaresCommand, muslSignals, officialBase, rootOf, stageNeeds, tagEdit } from '../../src/bases/index.js';
import { readTag } from '../../src/facts/images/tag.js';
import { joinTag, type TagVariants, tagExists, variantsOf } from '../../src/facts/images/tags.js';
import type { Invocation } from '../../src/shell/index.js';
import { defineTransform } from '../../src/transform/index.js';
import { translate } from './apt.js';
import { hazards, serverConfiguration, systemHazard } from './hazards.js';
import { alpineNames } from './packages.js';

/** Images whose Alpine variants are the same program, and of which it can be told what the stage needs. */
const images: ReadonlySet<string> = new Set(['node', 'python', 'golang', 'nginx', 'httpd']);

const MOST_REASONS = 3;

export default defineTransform({
  meta: {
    name: 'use-alpine-base',
    summary: 'Ship on the Alpine variant of the base image',
    why: 'Alpine variants are the smallest of the official images, for programs without native code.',
    phase: 'base',
    after: ['pin-base-version'],
    level: 'unsafe',
    assumes: [
      'names resolve the same: musl asks name servers in another way than glibc (search domains, large answers)',
      'the program starts no other programs than those that its sources and known packages name',
    ],
    needs: ['project', 'images'],
    preset: 'opt-in',
    sameAs: [],
    references: ['https://wiki.musl-libc.org/functional-differences-from-glibc.html'],
    options: {},
  },
  find: (file, { facts, project, dockerfile, propose, decline }) => {
    const target = facts.target;
    if (target === undefined) return;
    const root = rootOf(file.stages, target);
    const base = officialBase(facts, root);
    if (base === undefined) return;
    const spelled = readTag(base.tag);
    const found = variantsOf(base.image, base.tag);
    if (spelled.distribution === 'alpine' || spelled.windows !== undefined || base.image === 'alpine') return;
    if (found === undefined || !found.variants.some((variant) => /^alpine/.test(variant))) return;
    const at = root.from.span;
    const reasons: string[] = [];
    if (spelled.onbuild) return decline('building on an onbuild image runs instructions that are not seen here', at);
    if (!images.has(base.image))
      return decline(`what ${base.image} does differently on Alpine is not known well enough`, at);
    if (base.variable !== undefined) return decline(`a builder may set ${base.variable} to another version`, at);
    const tag = alpineTag(found);
    const edit = tagExists(base.image, tag) === true ? tagEdit(base, tag) : undefined;
    if (edit === undefined) return decline(`there is no ${base.image}:${tag} to go to, or a digest pins the image`, at);
    const heirs = facts.heirs(root);
    const apt = translate(facts, heirs);
    const inside: string[] = [];
    const each = (invocation: Invocation, place: string): void => void inside.push(...systemHazard(invocation, place));
    const needs = stageNeeds(facts, root, base.image, project, undefined, each, project?.services(dockerfile));
    reasons.push(...hazards(facts, base, project), ...inside, ...needs.reasons.map(({ reason }) => reason));
    if (typeof apt === 'string') reasons.push(apt);
    reasons.push(...muslSignals(base.image, project));
    if (/^(?:nginx|httpd)$/.test(base.image)) reasons.push(...serverConfiguration(facts, root, project));
    const wanted = [...needs.packages.keys()].filter((name) => name !== 'ca-certificates');
    for (const name of wanted)
      reasons.push(
        alpineNames[name] === undefined
          ? `${needs.packages.get(name)!.why}, for which no package of Alpine is sure (${name})`
          : `${needs.packages.get(name)!.why}, and no install of the file names ${name}`,
      );
    if (reasons.length > 0) {
      const shown = [...new Set(reasons)];
      const more = shown.length - MOST_REASONS;
      return decline(`Alpine: ${shown.slice(0, MOST_REASONS).join('; ')}${more > 0 ? `; and ${more} more` : ''}`, at);
    }
    propose({
      at,
      edits: [edit, ...(typeof apt === 'string' ? [] : apt.edits)],
      level: /^(?:nginx|httpd)$/.test(base.image) || declaresCommand(facts, target) ? 'review' : 'unsafe',
      what: `ship on ${base.image}:${tag}`,
      evidence: [
        { fact: `${base.image}:${tag} is in the table of tags` },
        {
          fact: 'no native package, no bash, no option that busybox lacks, no user or locale command, one C library at both ends of every copy',
        },
      ],
      announces:
        base.image === 'nginx'
          ? [
              {
                kind: 'config',
                field: 'Env',
                names: ['PKG_RELEASE', 'DYNPKG_RELEASE'],
                why: 'releases of its packages',
              },
            ]
          : [],
    });
  },
});

/** The same version on Alpine. A release line such as `carbon` is a version by name; a code name alone is one that stands still. */
function alpineTag({ version, variant }: TagVariants): string {
  const words = variant.split('-').filter((word) => word !== 'slim' && word !== 'latest' && word !== '');
  const rest = version === '' ? words : words.filter((word) => readTag(word).release === undefined);
  return joinTag(version, [...rest, 'alpine'].join('-'));
}
