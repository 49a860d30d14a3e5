import { tagExists } from '../../../src/facts/images/tags.js';
import { declined, type Declined, type Plan, type Subject } from '../types.js';

/** Tags of Hex.pm's images end in the image that they are built on: github.com/hexpm/bob. */
const HEXPM = /-(debian|ubuntu|alpine)-([a-z]+-\d{8}|[\d.]+)(?:-slim)?$/;
/** What a release with its own Erlang links to, or reads: hexdocs.pm/phoenix/releases.html. */
const LIBRARIES = {
  apt: ['ca-certificates', 'libncurses6', 'libstdc++6', 'openssl'],
  apk: ['ca-certificates', 'libstdc++', 'ncurses-libs', 'openssl'],
};
interface Shipped extends Pick<Plan, 'image' | 'manager'> {
  /** Packages that the image lacks and a release needs. */
  readonly lacks: readonly string[];
  readonly evidence: string;
}

/** An image with the C library and the OpenSSL that the release was built with. */
export function elixirImage({ base, stage }: Subject, image: string): Shipped | Declined {
  if (base === undefined) {
    const [, system, version] = HEXPM.exec(image) ?? [];
    if (system === undefined) return declined(`${image} does not say what it is built on`, stage.from);
    const manager = system === 'alpine' ? 'apk' : 'apt';
    return {
      image: `${system}:${version!}${system === 'debian' ? '-slim' : ''}`,
      manager,
      lacks: LIBRARIES[manager],
      evidence: `${image} is built on ${system}:${version!}, so that both stages have one C library`,
    };
  }
  const { tag, reference, variable } = base;
  if (/alpine|slim/.test(tag)) {
    const manager = tag.includes('alpine') ? 'apk' : 'apt';
    return { image: stage.base, manager, lacks: [], evidence: 'both stages have one base' };
  }
  const slim = tag === 'latest' ? 'slim' : `${tag}-slim`;
  if (variable !== undefined || reference.digest !== undefined || tagExists('elixir', slim) !== true)
    return declined(`elixir:${tag} has no slim variant that is known`, stage.from);
  return {
    image: `${reference.text.slice(0, reference.spans.name.end)}:${slim}`,
    manager: 'apt',
    lacks: ['ca-certificates'],
    evidence: `elixir:${slim} is the same version on the same Debian`,
  };
}
