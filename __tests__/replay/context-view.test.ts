import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { contextView, type Selector } from '../../src/replay/context-view.js';
import type { Entry, PathChange } from '../../src/replay/history.js';

const paths = ['a', 'b.md', 'src/a', 'src/b.md', 'src/deep/c', 'docs/x'];
const selectors: readonly Selector[] = [
  ...[['.'], ['src'], ['*.md'], ['src/a', 'a'], ['s*/deep']].map((sources): Selector => ({
    kind: 'sources',
    sources,
    flags: {},
  })),
  { kind: 'sources', sources: ['.'], flags: { exclude: ['**/*.md'] } },
  { kind: 'test', key: 'md', test: (path) => path.endsWith('.md') },
];

const commit = fc.record({
  files: fc.dictionary(fc.constantFrom(...paths), fc.option(fc.constantFrom('1', '2'))),
  ignore: fc.constantFrom(undefined, '', '*.md', 'src\n!src/a', '**/*.md\ndocs'),
});

test('what is kept up to date is what is found when one looks anew', () => {
  fc.assert(
    fc.property(fc.array(commit, { maxLength: 8 }), (commits) => {
      const tree = new Map<string, Entry>([['a', { mode: '100644', id: '0' }]]);
      const view = contextView(tree, undefined);
      selectors.slice(0, 4).map(view.content);
      for (const { files, ignore } of commits) {
        const changes: PathChange[] = [];
        for (const [path, text] of Object.entries(files)) {
          const before = tree.get(path);
          const after = text === null ? undefined : { mode: '100644', id: text };
          if (before?.id === after?.id) continue;
          changes.push({ path, before, after });
          if (after === undefined) tree.delete(path);
          else tree.set(path, after);
        }
        view.advance(changes, ignore);
        const anew = contextView(new Map(tree), ignore);
        expect(selectors.map(view.content)).toEqual(selectors.map(anew.content));
      }
    }),
  );
});
