import { all, ANY, type Described, managerBy } from './described.js';
import type { Manager } from './types.js';

const denoStops: Described['stops'] = [
  [/^deno\.jsonc?$/, /"(?:workspace|links|patch)"\s*:/, 'it names other packages of the project'],
  [/^deno\.jsonc?$/, /"vendor"\s*:\s*true|"lock"\s*:\s*[{"]/, 'it moves what Deno writes'],
  [/^deno\.jsonc?$/, /"importMap"\s*:\s*"(?!(?:\.\/)?import_map\.json")/, 'its map of imports is another file'],
  [
    /^(?:deno|import_map)\.jsonc?$/,
    /"imports"\s*:\s*\{[^{}]*:\s*"\.{0,2}\/[^"]*[^/"]"/,
    'a file of the source is among its imports',
  ],
  [
    /^package\.json$/,
    /"workspaces"\s*:|"(?:file|link|portal|workspace):|"(?:pre|post)?install"\s*:|"(?:pre|post)?prepare"\s*:/,
    'it names packages or scripts of the project',
  ],
];

/** docs.deno.com/runtime/reference/docker, which copies deno.json and deno.lock first. */
const deno: Described = {
  manager: 'Deno',
  tools: /^deno$/,
  installs: all(
    '--frozen(?:=true)?|--prod|--production|--skip-types|-q|--quiet|--allow-scripts\\S*|-r|--reload',
    'install|i|ci',
  ),
  manifest: /^deno\.jsonc?$/,
  reads: /^(?:deno\.jsonc?|deno\.lock|import_map\.json|package\.json|\.npmrc)$/,
  stops: denoStops,
  fills: [],
  fillsWhere: [
    [/^package\.json$/, ANY, 'node_modules'],
    [/^deno\.jsonc?$/, /"nodeModulesDir"/, 'node_modules'],
  ],
  homes: ['DENO_DIR'],
};

/** The same for a file that holds all remote imports, as the image's description has it. */
const denoCache: Described = {
  ...deno,
  installs: all('-q|--quiet|--unstable\\S*|--frozen|-r|--reload|--no-lock|--allow-import\\S*', 'cache', 'deps\\.ts'),
  manifest: /^deps\.ts$/,
  reads: /^(?:deps\.ts|deno\.jsonc?|deno\.lock|import_map\.json|package\.json|\.npmrc)$/,
  stops: [
    ...denoStops,
    [
      /^deps\.ts$/,
      /\b(?:from|import)\s*(?:\(\s*)?["'](?!(?:https?|npm|jsr|node):)/,
      'it may import files of the source',
    ],
  ],
};

const [installs, caches] = [managerBy(deno), managerBy(denoCache)];

export const denoLand: Manager = {
  tools: deno.tools,
  install: (question) => installs.install(question) ?? caches.install(question),
};
