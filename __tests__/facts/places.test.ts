import { describe, expect, test } from '@jest/globals';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { placesIn, readFacts } from '../../src/facts/index.js';

/** What a variable is at each command of a RUN below `ENV D=/app`, by the command's text. */
function values(run: string, name: string): readonly (readonly [string, string | undefined])[] {
  const file = Dockerfile.parse(`FROM debian:12\nENV D=/app\n${run}\n`);
  const facts = readFacts(file);
  const [, , instruction] = file.instructions;
  const body = facts.body(instruction!);
  if (body.kind !== 'script') throw new Error('not a script');
  const places = placesIn(body.script, facts.before(instruction!)!);
  return body.script.commands.map((command) => [
    command.words.map(({ text }) => text).join(' '),
    places.get(command)!.lookup(name),
  ]);
}

describe('where commands run', () => {
  test('a command does not see what the ones behind it assign and export', () => {
    expect(values('RUN mkdir $D && D=/one && touch $D/a && export D=/two && ls $D', 'D')).toEqual([
      ['mkdir $D', '/app'],
      ['', '/app'],
      ['touch $D/a', '/one'],
      ['export D=/two', '/one'],
      ['ls $D', '/two'],
    ]);
  });
  test('nor the directory that they go to', () => {
    expect(values('RUN ls $PWD && cd /srv && ls $PWD', 'PWD')).toEqual([
      ['ls $PWD', '/'],
      ['cd /srv', '/'],
      ['ls $PWD', '/srv'],
    ]);
  });
});
