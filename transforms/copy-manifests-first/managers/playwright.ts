import { certainValue, variable } from '../../../src/facts/index.js';
import { imagePath, inside, readsNothing } from './shared.js';
import type { Manager } from './types.js';

const WORDS =
  /^(?:install|install-deps|--with-deps|--only-shell|--no-shell|--force|chrome|chromium|firefox|webkit|msedge)(?:-[\w-]+)?$/;

/** Browsers for tests: playwright.dev/docs/browsers. The command reads no settings of the project. */
export const playwright: Manager = {
  tools: /^(?:npx|bunx|pnpx|playwright)$/,
  install: (question) => {
    const { invocation, state, cwd, source } = question;
    const runs = invocation.tool !== 'playwright';
    const words = invocation.args
      .map(({ value }) => value ?? '$')
      .filter((word) => !runs || !/^(?:-y|--yes)$/.test(word));
    const [program, ...rest] = runs ? words : ['playwright', ...words];
    if (program !== 'playwright' || !/^install/.test(rest[0] ?? '') || !rest.every((word) => WORDS.test(word)))
      return undefined;
    const named = variable(state, 'PLAYWRIGHT_BROWSERS_PATH') !== undefined;
    const place = named ? certainValue(state, 'PLAYWRIGHT_BROWSERS_PATH') : '~/.cache/ms-playwright';
    const ownFolder = place === undefined || place === '0' ? undefined : imagePath(question, place);
    if (ownFolder === undefined || question.isCopied(ownFolder)) return undefined;
    return {
      ...readsNothing(question, 'Playwright'),
      images: runs ? ['package.json', '.npmrc'].map((name) => inside(cwd, name)).filter(source) : [],
      ownFolder,
      evidence: 'playwright install reads nothing of the project but which version it is',
    };
  },
};
