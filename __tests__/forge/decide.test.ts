import { expect, test } from '@jest/globals';
import { pullRequestBody } from '../../src/forge/body.js';
import { decide, type Decision, type Situation } from '../../src/forge/decide.js';

const email = 'dfix@example.org';
const body = pullRequestBody({
  files: [],
  dropped: [],
  platform: 'github',
  docs: () => undefined,
  state: { tool: '1', base: 'b1', content: 'c1', families: [] },
});
const wanted = { content: 'c1', base: 'b1', body, title: 'T' };
const ours = { author: email, committer: email, message: 'x\n\nDfix-Transform: a\n', untouched: true };
const branch = { sha: 's1', content: 'c1', base: 'b1', commits: [ours] };
const pull = { state: 'open', title: 'T', body, closedByDfix: false, saidHandsOff: false, head: 's1' } as const;
const edited = { ...branch, commits: [ours, { ...ours, author: 'a@b' }] };
const ticked = body.replace('[ ] <!-- dfix-rebase', '[x] <!-- dfix-rebase');

const TABLE: readonly (readonly [string, Omit<Situation, 'email'>, Decision])[] = [
  ['nothing there', { wanted, pull: undefined, branch: undefined }, { do: 'open', push: true }],
  ['nothing wanted', { wanted: undefined, pull: undefined, branch: undefined }, { do: 'nothing', why: 'no changes' }],
  ['killed between push and open', { wanted, pull: undefined, branch }, { do: 'open', push: false }],
  [
    'an old push, never opened',
    { wanted: { ...wanted, content: 'c2' }, pull: undefined, branch },
    { do: 'open', push: true },
  ],
  ['a person owns the branch', { wanted, pull: undefined, branch: edited }, { do: 'hands off', comment: false }],
  ['run twice', { wanted, pull, branch }, { do: 'nothing', why: 'unchanged' }],
  [
    'run twice, CRLF',
    { wanted, pull: { ...pull, body: body.replaceAll('\n', '\r\n') }, branch },
    { do: 'nothing', why: 'unchanged' },
  ],
  [
    'other content',
    { wanted: { ...wanted, content: 'c2' }, pull, branch },
    { do: 'update', push: true, describe: false },
  ],
  ['base moved', { wanted: { ...wanted, base: 'b2' }, pull, branch }, { do: 'update', push: true, describe: false }],
  ['other title', { wanted: { ...wanted, title: 'U' }, pull, branch }, { do: 'update', push: false, describe: true }],
  ['body emptied', { wanted, pull: { ...pull, body: '' }, branch }, { do: 'update', push: false, describe: true }],
  ['branch deleted', { wanted, pull, branch: undefined }, { do: 'update', push: true, describe: false }],
  ['human commit', { wanted, pull, branch: edited }, { do: 'hands off', comment: true }],
  [
    'human commit, said',
    { wanted, pull: { ...pull, saidHandsOff: true }, branch: edited },
    { do: 'hands off', comment: false },
  ],
  ['human commit, obsolete', { wanted: undefined, pull, branch: edited }, { do: 'hands off', comment: true }],
  [
    'amended',
    { wanted, pull, branch: { ...branch, commits: [{ ...ours, committer: 'a@b' }] } },
    { do: 'hands off', comment: true },
  ],
  [
    'amended under the same address',
    { wanted, pull, branch: { ...branch, commits: [{ ...ours, untouched: false }] } },
    { do: 'hands off', comment: true },
  ],
  [
    'no trailer',
    { wanted, pull, branch: { ...branch, commits: [{ ...ours, message: 'x' }] } },
    { do: 'hands off', comment: true },
  ],
  [
    'human commit, rebase ticked',
    { wanted, pull: { ...pull, body: ticked }, branch: edited },
    { do: 'update', push: true, describe: true },
  ],
  ['rebase ticked', { wanted, pull: { ...pull, body: ticked }, branch }, { do: 'update', push: true, describe: true }],
  [
    'closed by a person',
    { wanted, pull: { ...pull, state: 'closed' }, branch },
    { do: 'nothing', why: 'closed by a person' },
  ],
  [
    'closed, branch gone',
    { wanted, pull: { ...pull, state: 'closed' }, branch: undefined },
    { do: 'nothing', why: 'closed by a person' },
  ],
  [
    'autoclosed, needed again',
    { wanted, pull: { ...pull, state: 'closed', closedByDfix: true }, branch: undefined },
    { do: 'open', push: true },
  ],
  ['merged, more to do', { wanted, pull: { ...pull, state: 'merged' }, branch: undefined }, { do: 'open', push: true }],
  [
    'merged',
    { wanted: undefined, pull: { ...pull, state: 'merged' }, branch: undefined },
    { do: 'nothing', why: 'no changes' },
  ],
  [
    'merged with the commits of a person, branch left',
    { wanted: { ...wanted, content: 'c2' }, pull: { ...pull, state: 'merged' }, branch: edited },
    { do: 'open', push: true },
  ],
  [
    'merged, then a person went on on the branch',
    { wanted, pull: { ...pull, state: 'merged', head: 's0' }, branch: edited },
    { do: 'hands off', comment: false },
  ],
  ['obsolete', { wanted: undefined, pull, branch }, { do: 'close' }],
];

test.each(TABLE)('%s', (_name, situation, decision) => {
  expect(decide({ ...situation, email })).toEqual(decision);
});
