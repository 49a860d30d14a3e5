import { all, type Described, managerBy } from './described.js';

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

/** metacpan.org/dist/App-cpanminus: beside a cpanfile no Makefile.PL is run. */
const cpanm: Described = {
  ...cpanfile,
  manager: 'cpanm',
  tools: /^cpanm$/,
  installs: all(
    '-n|--notest|-q|--quiet|-v|--verbose|-f|--force|-S|--sudo|--with-(?:develop|recommends|suggests|all-features)|--no-man-pages',
    '--installdeps',
    '\\.',
  ),
  fills: [],
  homes: ['PERL_CPANM_HOME', 'PERL_LOCAL_LIB_ROOT', 'PERL_MM_OPT'],
  moves: ['PERL_CPANM_OPT'],
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

export const perl = [cpanm, carton].map(managerBy);
