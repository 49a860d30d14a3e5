import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { type Bench, hasEngine, isLong, openBench } from './support/engine.js';
import { has, start } from './support/start.js';

/** An extension that links to a library of the system, where PHP's images keep the sources of theirs. */
const EXTENSION = `RUN mkdir -p /usr/src/php/ext/shop && cd /usr/src/php/ext/shop && printf 'PHP_ARG_ENABLE([shop],[],[],[yes])\\nPHP_ADD_LIBRARY(yaml, 1, SHOP_SHARED_LIBADD)\\nPHP_SUBST(SHOP_SHARED_LIBADD)\\nPHP_NEW_EXTENSION(shop, shop.c, $ext_shared)\\n' > config.m4 && printf '#include <php.h>\\n#include <yaml.h>\\nPHP_FUNCTION(yaml_major) { int a, b, c; yaml_get_version(&a, &b, &c); RETURN_LONG(b); }\\nZEND_BEGIN_ARG_INFO(arg, 0)\\nZEND_END_ARG_INFO()\\nstatic const zend_function_entry list[] = { PHP_FE(yaml_major, arg) PHP_FE_END };\\nzend_module_entry shop_module_entry = { STANDARD_MODULE_HEADER, "shop", list, NULL, NULL, NULL, NULL, NULL, "1", STANDARD_MODULE_PROPERTIES };\\nZEND_GET_MODULE(shop)\\n' > shop.c
`;
const INSTALL = `RUN printf '#!/bin/sh\\nset -e\\nfor name; do cd /usr/src/php/ext/$name; phpize; ./configure; make; cp modules/$name.so /usr/local/lib/php/extensions/; echo "extension=/usr/local/lib/php/extensions/$name.so" > /usr/local/etc/php/conf.d/$name.ini; done\\n' > /usr/local/bin/docker-php-ext-install && chmod +x /usr/local/bin/docker-php-ext-install && mkdir -p /usr/local/etc/php/conf.d /usr/local/lib/php/extensions
`;
/** PHP's image with its compilers, made of Debian's packages; Composer's program comes from an image of its own. */
const PHP = `FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends php8.2-cli php8.2-dev gcc make composer && mkdir /opt/tools && mv /usr/bin/composer /opt/tools/composer
ENV PHP_INI_DIR=/usr/local/etc/php PHP_INI_SCAN_DIR=:/usr/local/etc/php/conf.d
${EXTENSION}${INSTALL}CMD ["php", "-a"]
`;
const COMPOSER =
  'FROM php:8.2-cli-bookworm AS php\nFROM scratch\nCOPY --from=php /opt/tools/composer /usr/bin/composer\n';
const TAGS = ['php:8.2-cli-bookworm', 'composer:2'];

const FILES = {
  'composer.json': '{"name": "example/shop", "autoload": {"psr-4": {"Shop\\\\": "src/"}}}\n',
  'src/Page.php':
    "<?php\nnamespace Shop;\nclass Page {\n  public function show() { return file_get_contents('pages/index.html'); }\n}\n",
  'run.php':
    "<?php\nrequire 'vendor/autoload.php';\necho yaml_major(), ' ', (new Shop\\Page())->show(), ' ', getenv('SHOP'), \"\\n\";\nexit(6);\n",
  'pages/index.html': '<p>shop</p>',
};
const DOCKERFILE =
  'FROM php:8.2-cli-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends git unzip libyaml-dev && docker-php-ext-install shop\nCOPY --from=composer:2 /usr/bin/composer /usr/bin/composer\nENV SHOP=open COMPOSER_ALLOW_SUPERUSER=1\nWORKDIR /app\nCOPY . .\nRUN composer install --no-dev --no-interaction\nCMD ["php", "run.php"]\n';

(hasEngine && isLong ? describe : describe.skip)('a PHP program with an extension', () => {
  let bench: Bench;
  beforeAll(() => {
    bench = openBench(FILES);
    for (const [index, input] of [PHP, COMPOSER].entries())
      execFileSync('docker', ['buildx', 'build', '--quiet', '--network=host', '--load', '-t', TAGS[index]!, '-'], {
        input,
      });
  });
  afterAll(async () => {
    await bench.close();
    execFileSync('docker', ['image', 'rm', '-f', ...TAGS]);
  });

  test('ships without Composer and headers, and answers the same', async () => {
    const project = readProject(memoryContext(FILES));
    const result = runTransforms(DOCKERFILE, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    expect(result.changes.map(({ level }) => level)).toEqual(['review']);
    const before = (await bench.build(DOCKERFILE, 'one')).tag;
    const after = (await bench.build(result.output, 'one')).tag;
    const first = await start(before);
    expect(first).toEqual({ code: 6, stdout: '2 <p>shop</p> open\n' });
    expect(await start(after)).toEqual(first);
    for (const path of ['/usr/bin/composer', '/usr/bin/git', '/usr/include/yaml.h']) {
      expect(await has(before, path)).toBe(true);
      expect(await has(after, path)).toBe(false);
    }
    const [a, b] = [await bench.size(before), await bench.size(after)];
    process.stderr.write(`PHP: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a);
  });
});
