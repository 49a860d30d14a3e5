import { bun } from './bun.js';
import { bundler } from './bundler.js';
import { cargo } from './cargo.js';
import { clojureTools } from './clojure.js';
import { composer } from './composer.js';
import { conda } from './conda.js';
import { crystal } from './crystal.js';
import { dart } from './dart.js';
import { denoLand } from './deno.js';
import { dotnet } from './dotnet.js';
import { go } from './go.js';
import { gradle } from './gradle.js';
import { haskell } from './haskell.js';
import { maven } from './maven.js';
import { mix } from './mix.js';
import { npm } from './npm.js';
import { pdm } from './pdm.js';
import { perl } from './perl.js';
import { pip } from './pip.js';
import { pipenv } from './pipenv.js';
import { playwright } from './playwright.js';
import { pnpm } from './pnpm.js';
import { poetry } from './poetry.js';
import { renvOfR } from './renv.js';
import { scala } from './sbt.js';
import { swiftPm } from './swift.js';
import type { Manager } from './types.js';
import { uv } from './uv.js';
import { yarn } from './yarn.js';

/** Every package manager whose installs are brought before the source. */
export const managers: readonly Manager[] = [
  npm,
  yarn,
  pnpm,
  bun,
  pip,
  uv,
  poetry,
  pipenv,
  pdm,
  conda,
  go,
  cargo,
  maven,
  gradle,
  dotnet,
  composer,
  bundler,
  mix,
  playwright,
  denoLand,
  ...dart,
  crystal,
  swiftPm,
  ...perl,
  renvOfR,
  ...haskell,
  ...clojureTools,
  scala,
];

/** The words of a file that may be programs of these managers. */
export const PROGRAMS: readonly string[] =
  'npm yarn pnpm bun pip pip2 pip3 uv poetry pipenv pdm conda mamba micromamba go cargo mvn mvnw gradle gradlew dotnet composer bundle bundler mix npx playwright deno dart flutter shards swift cpanm carton R Rscript cabal stack lein clojure clj sbt'.split(
    ' ',
  );

/** The manager of a program; a program is known by its file name. */
export function managerOf(tool: string | undefined): Manager | undefined {
  return tool === undefined ? undefined : managers.find(({ tools }) => tools.test(tool));
}
