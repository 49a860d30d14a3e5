/** Programs that come under another name than their package's. */
const PACKAGES: Readonly<Record<string, string>> = {
  tsc: 'typescript',
  nest: '@nestjs/cli',
  ng: '@angular/cli',
  nuxi: 'nuxt',
  babel: '@babel/cli',
  'babel-node': '@babel/node',
  'run-s': 'npm-run-all',
  'run-p': 'npm-run-all',
  'remix-serve': '@remix-run/serve',
  'react-router-serve': '@react-router/serve',
  'vue-cli-service': '@vue/cli-service',
  sequelize: 'sequelize-cli',
  swc: '@swc/cli',
  'pm2-runtime': 'pm2',
  'pm2-docker': 'pm2',
  dotenv: 'dotenv-cli',
};

/** The npm package that brings a program. */
export function packageOf(program: string): string {
  return Object.hasOwn(PACKAGES, program) ? PACKAGES[program]! : program;
}
