import type { ProjectFacts } from '../project/project.js';
import { pureDistribution } from './python.js';

/** Install scripts that only print, or that take a static program. */
const HARMLESS =
  /^(?:core-js(?:-pure|-bundle)?|es5-ext|husky|nodemon|protobufjs|esbuild|fsevents|@nestjs\/core|styled-components|preact|ejs|highlight\.js)$/;

/** What loads a library by a name, which is another one with musl, or finds it with ldconfig. */
const LOADS = /\b(?:CDLL|LoadLibrary|find_library|dlopen)\s*\(/;

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
  const loader = project.context.paths.find(
    (path) => path.endsWith('.py') && LOADS.test(project.context.read(path) ?? ''),
  );
  const loads = loader === undefined ? [] : [`${loader} loads a library of the system by its name`];
  const wheels = project.python.flatMap(({ dependencies, lockfile }) => {
    const lock = lockfile === undefined ? '' : (project.context.read(lockfile) ?? '');
    const names = new Set([
      ...dependencies,
      ...[...lock.matchAll(/^name = "([\w.-]+)"/gm)].map((match) => match[1]!.toLowerCase()),
    ]);
    return [...names]
      .filter((name) => !pureDistribution(name) && !lockedFor(lock, name))
      .map((name) => `no wheel of ${name} for musl is known`);
  });
  return [...loads, ...wheels];
}

function lockedFor(lock: string, name: string): boolean {
  const at = lock.indexOf(`\nname = "${name}"`);
  if (at < 0) return false;
  const end = lock.indexOf('\n[[package]]', at);
  return lock.slice(at, end < 0 ? undefined : end).includes('musllinux');
}
