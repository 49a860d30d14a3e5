import { officialBase, tagEdit } from '../../src/bases/index.js';
import type { Edit, Stage } from '../../src/dockerfile/index.js';
import { toSourceSpan } from '../../src/dockerfile/index.js';
import type { Facts } from '../../src/facts/index.js';
import { readTag } from '../../src/facts/images/tag.js';
import { joinTag, tagExists } from '../../src/facts/images/tags.js';
import type { ProjectFacts } from '../../src/project/project.js';
import { defineTransform } from '../../src/transform/index.js';
import { dotnetImages, dotnetPin } from './dotnet.js';
import { hasSource, pinOf } from './pins.js';

export default defineTransform({
  meta: {
    name: 'pin-base-version',
    summary: 'Pin a base without a version to the one that the project names',
    why: 'A base without a version changes under the build: its cache is lost and the toolchain moves on the day that a new release comes out.',
    phase: 'base',
    level: 'review',
    assumes: ['the version that the project names is the one that its image should have'],
    needs: ['project', 'images'],
    preset: 'default',
    sameAs: ['DL3006', 'DL3007'],
    references: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions'],
    options: {
      mirrors: {
        default: [],
        describe: 'Registries that hold the official images under the same names, such as registry.example.com/library',
      },
    },
  },
  find: (file, { facts, project, options, propose, decline }) => {
    for (const stage of file.stages) {
      const found = findPin(facts, stage, project, options.mirrors);
      if (found === undefined) continue;
      const at = stage.from.span;
      if ('reason' in found) decline(found.reason, at);
      else {
        const { edit, image, tag, evidence } = found;
        propose({
          at,
          edits: [edit],
          level: 'review',
          what: `pin ${image} to ${tag}`,
          evidence: evidence.map((fact) => ({ fact })),
          group: `pin ${image}`,
        });
      }
    }
  },
});

type Found =
  | { readonly edit: Edit; readonly image: string; readonly tag: string; readonly evidence: readonly string[] }
  | { readonly reason: string };

function findPin(
  facts: Facts,
  stage: Stage,
  project: ProjectFacts | undefined,
  mirrors: readonly string[],
): Found | undefined {
  const microsoft = /^([^:@$]+)(?::latest)?$/.exec(stage.base);
  if (microsoft !== null && stage.parent === undefined && dotnetImages.test(microsoft[1]!)) {
    if (project === undefined) return alone(microsoft[1]!);
    const pin = dotnetPin(project);
    if ('reason' in pin) return pin;
    const span = toSourceSpan(stage.from.logical, stage.baseSpan);
    const text = `${microsoft[1]!}:${pin.version}`;
    return { edit: { span, text }, image: microsoft[1]!, tag: pin.version, evidence: [pin.note] };
  }
  const base = officialBase(facts, stage, mirrors);
  const variant = base === undefined || base.reference.digest !== undefined ? undefined : variantOf(base.tag);
  if (base === undefined || variant === undefined) return undefined;
  const { image } = base;
  if (!hasSource(image) && variant !== '') return undefined;
  if (!hasSource(image))
    return { reason: `nothing in a project says which version of ${image} it wants: name one in the tag` };
  if (project === undefined) return alone(image);
  const pin = pinOf(image, project);
  if ('reason' in pin) return pin;
  const tag = joinTag(pin.version, variant);
  if (tagExists(image, tag) !== true) return { reason: `${pin.note}, and there is no ${image}:${tag}` };
  const edit = tagEdit(base, tag);
  if (edit === undefined || base.variable !== undefined)
    return { reason: `the tag is what the build argument ${base.variable ?? ''} says` };
  return { edit, image, tag, evidence: [pin.note, `${image}:${tag} is in the table of tags`] };
}

function alone(image: string): Found {
  return {
    reason: `without the project's files it cannot be told which version of ${image} it wants: name one in the tag`,
  };
}

/** What stands beside the version in a tag that has none: nothing for `latest`, `alpine` for `alpine`; undefined with a version. */
function variantOf(tag: string): string | undefined {
  if (tag === 'latest') return '';
  const { windows, onbuild } = readTag(tag);
  if (windows !== undefined || onbuild) return undefined;
  return /^(?:slim|alpine(?:3\.\d+)?|(?:slim-)?(?:stretch|buster|bullseye|bookworm|trixie)|(?:stretch|buster|bullseye|bookworm|trixie)-slim)$/.test(
    tag,
  )
    ? tag
    : undefined;
}
