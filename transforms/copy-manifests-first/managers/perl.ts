import { all, type Described, managerBy } from './described.js';
import type { Manager } from './types.js';

const cpanfile: Pick<Described, 'manifest' | 'reads' | 'stops'> = {
  manifest: /^cpanfile$/,
  reads: /^(?:cpanfile(?:\.snapshot)?|META\.(?:json|yml)|Makefile\.PL|Build\.PL)$/,
  stops: [
    [
      /^cpanfile$/,
      /\b(?:do\s+["'$(]|require\b|open\b|eval\b|slurp|system\b|exec\b|qx\b|use\s+lib|FindBin|__FILE__|file:)|`|<[$\w]+>/,
      'it reads more than itself',
    ],
  ],
};

const CPANM =
  '-n|--notest|-q|--quiet|-v|--verbose|-f|--force|-S|--sudo|--with-(?:develop|recommends|suggests|all-features)|--no-man-pages';

/** metacpan.org/dist/App-cpanminus: beside a cpanfile no Makefile.PL is run. */
const cpanm: Described = {
  ...cpanfile,
  manager: 'cpanm',
  tools: /^cpanm$/,
  installs: all(CPANM, '--installdeps', '\\.'),
  fills: [],
  homes: ['PERL_CPANM_HOME', 'PERL_LOCAL_LIB_ROOT', 'PERL_MM_OPT'],
  moves: ['PERL_CPANM_OPT'],
};

/** The same into a folder of the project. */
const cpanmLocal: Described = {
  ...cpanm,
  installs: all(CPANM, '--installdeps', '\\.', '(?:-L|-l|--local-lib(?:-contained)?)[ =](?:\\./)?local'),
  fills: ['local'],
};

/** metacpan.org/dist/Carton. */
const carton: Described = {
  ...cpanfile,
  manager: 'Carton',
  tools: /^carton$/,
  installs: all('--deployment|--without|develop|test', 'install'),
  fills: ['local'],
  moves: ['PERL_CARTON_PATH', 'PERL_CARTON_CPANFILE', 'PERL_CPANM_OPT'],
};

const [anywhere, beside] = [managerBy(cpanm), managerBy(cpanmLocal)];

export const perl: readonly Manager[] = [
  { tools: cpanm.tools, install: (question) => anywhere.install(question) ?? beside.install(question) },
  managerBy(carton),
];
