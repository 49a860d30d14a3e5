import type { ProjectFacts } from '../project/project.js';
import { pureDistribution } from './python.js';

/** Install scripts that only print, or that take a static program. */
const HARMLESS =
  /^(?:core-js(?:-pure|-bundle)?|es5-ext|husky|nodemon|protobufjs|esbuild|fsevents|@nestjs\/core|styled-components|preact|ejs|highlight\.js)$/;

/** Why the packages of a project may not work with musl. */
export function muslSignals(image: string, project: ProjectFacts | undefined): readonly string[] {
  if (project === undefined) return [];
  if (image === 'node') {
    return project.node.flatMap(({ native }) =>
      native
        .filter(({ name }) => !HARMLESS.test(name))
        .map(({ name, why }) => `${name} brings native code for one C library (${why})`),
    );
  }
  if (image === 'golang') {
    return project.go.flatMap(({ cgoModules, cgoFiles }) => [
      ...cgoModules.map((name) => `${name} is C code`),
      ...(cgoFiles ?? ['more Go files than are looked at']).map((name) => `${name} uses cgo`),
    ]);
  }
  if (image !== 'python') return [];
  return project.python.flatMap(({ dependencies, lockfile }) => {
    const lock = lockfile === undefined ? '' : (project.context.read(lockfile) ?? '');
    const names = new Set([
      ...dependencies,
      ...[...lock.matchAll(/^name = "([\w.-]+)"/gm)].map((match) => match[1]!.toLowerCase()),
    ]);
    return [...names]
      .filter((name) => !pureDistribution(name) && !lockedFor(lock, name))
      .map((name) => `no wheel of ${name} for musl is known`);
  });
}

function lockedFor(lock: string, name: string): boolean {
  const at = lock.indexOf(`\nname = "${name}"`);
  if (at < 0) return false;
  const end = lock.indexOf('\n[[package]]', at);
  return lock.slice(at, end < 0 ? undefined : end).includes('musllinux');
}
