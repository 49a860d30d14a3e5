import { declined, type Declined, type Plan, type Subject } from '../types.js';
import { compilerPackages, linkedPackages } from './c-libraries.js';
import type { Outputs } from './c-outputs.js';
import { sameRelease } from './same-release.js';

/** The version of GCC in each Debian: packages.debian.org/gcc. A newer one has a C++ library that it lacks. */
const COMPILERS: Readonly<Record<string, number>> = { buster: 8, bullseye: 10, bookworm: 12, trixie: 14 };

/** The newest Debian with which GCC's image has been tagged, by version: docker-library/official-images, 2026-08. */
const RELEASES: readonly (readonly [RegExp, string])[] = [
  [/^(?:|14|14\.[34](?:\.\d+)?|15|15\.[23](?:\.\d+)?|16(?:\.\d+){0,2})$/, 'trixie'],
  [/^(?:12|12\.[345](?:\.\d+)?|13(?:\.\d+){0,2}|14\.[12](?:\.\d+)?|15\.1(?:\.0)?)$/, 'bookworm'],
  [/^(?:9|9\.5(?:\.0)?|10|10\.[45](?:\.0)?|11(?:\.\d+){0,2}|12\.[12](?:\.0)?)$/, 'bullseye'],
  [/^(?:8|8\.[45](?:\.0)?|9\.[34](?:\.0)?|10\.3(?:\.0)?)$/, 'buster'],
];

/** The image that ships, with the C library of the build stage. */
export function cImage(
  subject: Subject,
  { text }: Outputs,
): Pick<Plan, 'image' | 'edits' | 'packages' | 'evidence'> | Declined {
  const { base, stage } = subject;
  if (base!.image !== 'gcc')
    return {
      image: stage.base,
      edits: [],
      packages: [],
      evidence: [{ fact: 'both stages have one base, and so one C library' }],
    };
  const same = sameRelease(subject, (version) => RELEASES.find(([tags]) => tags.test(version))?.[1]);
  if ('reason' in same) return same;
  const major = Number(/^\d+/.exec(base!.tag)?.[0]);
  const cpp = /\bg\+\+|\bc\+\+|\.(?:cc|cpp|cxx)\b|\bCXX\b/.test(text);
  const bundled = /-static(?:-libstdc\+\+)?(?=\s|$)/m.test(text);
  const own = COMPILERS[same.release];
  const newer = !(own !== undefined && major <= own);
  if (newer && cpp && !bundled)
    return declined(
      `the C++ library of gcc:${base!.tag} is newer than that of Debian ${same.release}; -static-libstdc++ would put it into the program`,
      stage.from,
    );
  const [brought] = compilerPackages(text, 'apt');
  if (newer && brought !== undefined)
    return declined(`gcc:${base!.tag} has a newer ${brought.name} than Debian ${same.release}`, stage.from);
  const linked = linkedPackages(text, same.release);
  if (typeof linked === 'string') return declined(`which package has the library ${linked} is not known`, stage.from);
  const zone = subject.facts.atEnd(stage).env.has('TZ') ? [{ name: 'tzdata', why: 'TZ is set' }] : [];
  return {
    image: `debian:${same.release}-slim`,
    edits: same.edits,
    packages: [...linked, ...zone],
    evidence: [{ fact: same.evidence }],
  };
}
