import type { Facts } from '../../src/facts/index.js';
import type { ProjectFacts } from '../../src/project/project.js';

/** Packages whose install compiles them where no binary fits. */
const COMPILED = /^(better-sqlite3|sqlite3|canvas|bcrypt|node-rdkafka|grpc|isolated-vm|node-sass|zeromq|serialport)$/;
/** What node-gyp asks for, by the names of packages of distributions. */
const PYTHON = /\bpython[23]?\b/;
const COMPILER = /\bg\+\+|\bbuild-base\b|\bbuild-essential\b/;

/** Whether node-gyp compiles something: the project has a package that needs it, or a node image gets Python and a compiler. */
export function compilesWithGyp(facts: Facts, project: ProjectFacts | undefined): boolean {
  const native = project?.node.flatMap((one) => one.native) ?? [];
  if (native.some(({ name, why }) => why === 'binding.gyp' || COMPILED.test(name))) return true;
  const { stages, text } = facts.file;
  if (/\bnode-gyp (rebuild|configure|build|install)\b/.test(text)) return true;
  const isNode = stages.some((stage) => facts.atEnd(stage).image.image === 'node');
  return isNode && PYTHON.test(text) && COMPILER.test(text);
}
