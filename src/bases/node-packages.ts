const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** Packages that node-gyp builds with a compiler and nothing else, and what they need at any rate. */
export const built: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [
      ...words(
        'bcrypt sqlite3 better-sqlite3 argon2 bufferutil utf-8-validate isolated-vm node-expat bigint-buffer re2 leveldown farmhash microtime cpu-features heapdump',
      ),
    ].map((name) => [name, ['g++', 'make', 'python3']]),
  ),
  bower: ['git', 'ca-certificates'],
  prisma: ['openssl'],
  '@prisma/client': ['openssl'],
  '@prisma/engines': ['openssl'],
};

/** Packages whose install scripts print, or take a ready-made binary for glibc that needs nothing else. */
export const harmless =
  words(`core-js core-js-pure core-js-bundle esbuild husky nodemon fsevents @nestjs/core protobufjs @apollo/protobufjs es5-ext
  styled-components @swc/core @parcel/watcher unrs-resolver msw vue-demi sharp swiper @scarf/scarf ejs preact highlight.js tailwindcss
  @sentry/cli lmdb msgpackr-extract @biomejs/biome dtrace-provider postinstall-postinstall @tailwindcss/oxide lightningcss nx
  deasync yarn opencollective opencollective-postinstall @fortawesome/fontawesome-free fluent-ffmpeg ttf2woff2 simple-git-hooks
  @firebase/util lefthook @pnpm/exe`);

/** Packages that start programs of the system. */
export const starters: Readonly<Record<string, readonly string[]>> = {
  gm: ['imagemagick'],
  imagemagick: ['imagemagick'],
  easyimage: ['imagemagick'],
  'simple-git': ['git'],
  'simple-git-promise': ['git'],
  'git-rev-sync': [],
  'ps-node': ['procps'],
  'ps-list': ['procps'],
  'find-process': ['procps'],
  pidusage: ['procps'],
  'tree-kill': ['procps'],
  'ps-tree': ['procps'],
  pidtree: ['procps'],
  systeminformation: ['procps'],
  'git-clone': ['git'],
  'download-git-repo': ['git'],
  degit: ['git'],
  gitlog: ['git'],
  'python-shell': ['python3'],
};

/** Programs of Node projects that need nothing of the system. */
export const pure =
  words(`tsc ts-node ts-node-dev tsx vite vitest webpack rollup ng nest next nuxt nuxi remix astro react-scripts vue-cli-service parcel esbuild tsup swc
  babel babel-node eslint prettier stylelint jest mocha rimraf cross-env concurrently npm-run-all run-s run-p nodemon pm2 pm2-runtime pm2-docker serve http-server
  sass node-sass postcss tailwindcss tailwind gatsby vuepress vitepress docusaurus gulp grunt mkdirp cpx copyfiles cpy shx dotenv env-cmd typeorm knex sequelize
  sequelize-cli prisma svelte-kit turbo lerna tslint tsc-alias tspath hexo storybook ember bower forever wait-on json-server strapi corepack yarn npm npx pnpm pnpx bun node nodejs
  patch-package is-ci cpy-cli npm-run-all2 dotenv-cli env-cmd tsup-node wait-port nyc c8`);
export const globals =
  words(`npm yarn pnpm pm2 typescript ts-node tsx nodemon serve http-server @angular/cli @nestjs/cli @vue/cli gulp gulp-cli grunt grunt-cli
  webpack webpack-cli webpack-dev-server rimraf cross-env turbo lerna vite create-react-app react-scripts eslint prettier json-server forever corepack concurrently
  live-server node-gyp browserify babel-cli @babel/cli express-generator mocha jest npm-run-all sequelize-cli knex wait-on dotenv-cli tsup tsc-alias next npx`);

/** Packages of JavaScript alone in every version, down to what they depend on: they need no lockfile to be known. */
export const javascript =
  words(`express body-parser cors cookie-parser cookie-session morgan helmet dotenv axios lodash moment moment-timezone dayjs uuid jsonwebtoken bcryptjs
  express-session express-validator express-rate-limit express-handlebars express-ejs-layouts compression debug ejs pug hbs handlebars multer nodemailer
  pg mysql mysql2 ioredis mongoose joi winston chalk commander yargs minimist request node-fetch bluebird async passport
  passport-local passport-jwt http-errors method-override serve-static serve-favicon connect-flash koa koa-router @koa/router koa-bodyparser
  koa-static fastify react react-dom prop-types redux react-redux rxjs tslib zod validator nanoid ms qs
  typescript ts-node nodemon mocha chai supertest prettier rimraf cross-env`);
