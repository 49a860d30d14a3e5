import { all, ANY, type Described, managerBy } from './described.js';

/** codeberg.org/leiningen; the image's own description copies project.clj first. */
const lein: Described = {
  manager: 'Leiningen',
  tools: /^lein$/,
  installs: /^(?:with-profile [\w,+-]+ )?deps$/,
  manifest: /^project\.clj$/,
  reads: /^(?:project|profiles)\.clj$/,
  stops: [
    [
      /^(?:project|profiles)\.clj$/,
      /slurp|~[(\w]|#=|load-file|:middleware|:parent-project|:hooks|:local-repo|file:|"\.\.?\/|lein-(?:git|v\b|sub|parent|monolith|modules)/,
      'it reads more than itself',
    ],
    [/^checkouts\//, ANY, 'a package is checked out beside the source'],
  ],
  fills: ['target'],
  homes: ['LEIN_HOME'],
  level: 'review',
};

/** clojure.org/reference/clojure_cli: `-P` prepares, and starts nothing. */
const clojure: Described = {
  manager: 'Clojure',
  tools: /^(?:clojure|clj)$/,
  installs: all('-[AMTX]:[\\w:/.-]+', '-P'),
  manifest: /^deps\.edn$/,
  reads: /^deps\.edn$/,
  stops: [[/^deps\.edn$/, /:local\/root|file:/, 'a package is a local path']],
  fills: ['.cpcache'],
  homes: ['GITLIBS', 'CLJ_CONFIG'],
};

export const clojureTools = [lein, clojure].map(managerBy);
