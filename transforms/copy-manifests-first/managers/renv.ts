import { ANY, type Described, managerBy } from './described.js';

/** rstudio.github.io/renv/articles/docker.html. */
const renv: Described = {
  manager: 'renv',
  tools: /^(?:R|Rscript)$/,
  installs:
    /^(?:(?:-s|-q|--quiet|--slave|--no-save|--no-echo) )*-e (?:options\([^()]*\); ?)?renv::restore\((?:prompt ?= ?(?:FALSE|F))?\);?$/,
  manifest: /^renv\.lock$/,
  reads: /^(?:renv\.lock|\.Rprofile|\.Renviron|renv\/(?:activate\.R|settings\.(?:dcf|json)))$/,
  stops: [
    [/^renv\.lock$/, /"(?:Source|RemoteType)": *"[Ll]ocal"|"file:/, 'a package is a local file'],
    [
      /^\.Rprofile$/,
      /\bsource\((?!\s*["']renv\/activate\.R["'])|\b(?:read\w*|load|setwd|system2?|list\.files|file)\b[.\w]*\(/,
      'it reads other files',
    ],
    [/^renv\/(?:cellar|local)\//, ANY, 'packages lie in the repository'],
  ],
  fills: ['renv/library', 'renv/staging', 'renv/sandbox'],
  moves: ['RENV_PROJECT', 'RENV_PATHS_LOCKFILE', 'R_PROFILE_USER'],
  homes: ['RENV_PATHS_ROOT', 'RENV_PATHS_LIBRARY', 'RENV_PATHS_CACHE'],
};

export const renvOfR = managerBy(renv);
