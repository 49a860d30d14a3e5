import { slimTagOf, stageNeeds } from '../../../src/bases/index.js';
import type { Edit } from '../../../src/dockerfile/index.js';
import { readTag } from '../../../src/facts/images/tag.js';
import type { NodeProject } from '../../../src/project/manifests/node.js';
import type { Subject } from '../types.js';
import { slimImage } from './slim-image.js';

interface Shipped {
  readonly image: string;
  readonly packages: readonly { readonly name: string; readonly why: string }[];
  /** The Debian release that the base of the build stage is given, so that native code finds the same C library. */
  readonly named: { readonly release: string | undefined; readonly edits: readonly Edit[] } | undefined;
  readonly facts: readonly string[];
}

/** The slim variant where the running program is known to need nothing else of the full image, else the same image. */
export function nodeImage(subject: Subject, own: NodeProject): Shipped {
  const { base, facts, stage, project } = subject;
  const same = (...reasons: readonly string[]): Shipped => ({
    image: stage.base,
    packages: [],
    named: undefined,
    facts: reasons,
  });
  const slim = slimTagOf('node', base!.tag);
  if (slim === undefined || 'reason' in slim || base!.variable !== undefined || base!.reference.digest !== undefined)
    return same();
  const native = own.native.find(
    ({ name, why }) =>
      why !== 'restricted to a libc' &&
      !/^(?:core-js(?:-pure)?|esbuild|husky|nodemon|fsevents|@nestjs\/core|protobufjs|es5-ext)$/.test(name),
  );
  const named = native !== undefined && readTag(base!.tag).release === undefined ? slimImage(subject) : undefined;
  if (named !== undefined && 'reason' in named)
    return same(
      `the full image stays: ${native!.name || 'the project'} has native code (${native!.why}), and ${named.reason}`,
    );
  const needs = stageNeeds(facts, stage, 'node', project, ({ keyword }) =>
    /^(?:CMD|ENTRYPOINT|HEALTHCHECK|ENV)$/.test(keyword),
  );
  const [missing] = needs.reasons;
  if (missing !== undefined)
    return same(`the full image stays: ${slim.tag} may lack what the program needs, for ${missing.reason}`);
  const image = named?.image ?? `${base!.reference.text.slice(0, base!.reference.spans.name.end)}:${slim.tag}`;
  return {
    image,
    named,
    packages: [...needs.packages].map(([name, { why }]) => ({ name, why })),
    facts: [`${image} is the same version, and the running program needs nothing else of the full image`],
  };
}
