import { type Invocation, literalCommand, readInvocation } from '../../../src/shell/index.js';
import type { Subject } from '../types.js';

/** The one command of ENTRYPOINT and CMD; a shell may stand around it. */
export function startCommand({ facts, command }: Subject): Invocation | undefined {
  if (command.plain) return readInvocation(literalCommand(command.words));
  const body = command.at === undefined ? undefined : facts.body(command.at);
  const script = body?.kind === 'script' || body?.kind === 'exec' ? body.script : undefined;
  const [only, more] = script?.commands ?? [];
  return only === undefined || more !== undefined ? undefined : readInvocation(only);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
