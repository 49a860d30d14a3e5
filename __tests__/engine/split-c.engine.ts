import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { root } from '../support/paths.js';
import { type Bench, hasEngine, isLong, openBench } from './support/engine.js';
import { has, start } from './support/start.js';
import { visit } from './support/visit.js';

const folder = path.join(root, 'examples/c-server');
const example = Object.fromEntries(
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('Dockerfile'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]),
);

/** Libraries of the compiler, of the system and of C++ are all loaded when it runs. */
const SUM = `#include <fstream>
#include <iostream>
#include <string>
#include <omp.h>
#include <openssl/evp.h>

int main() {
  std::ifstream file("words.txt");
  std::string word;
  std::getline(file, word);
  unsigned char sum[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(word.data(), word.size(), sum, &size, EVP_sha256(), nullptr);
  int threads = 0;
#pragma omp parallel num_threads(2)
#pragma omp atomic
  threads++;
  std::cout << word << ' ' << size << ' ' << int(sum[0]) << ' ' << threads << std::endl;
  return 3;
}
`;
const CMAKE = {
  'CMakeLists.txt':
    'cmake_minimum_required(VERSION 3.16)\nproject(sum CXX)\nfind_package(OpenMP REQUIRED)\nfind_package(OpenSSL REQUIRED)\nadd_executable(${PROJECT_NAME} sum.cpp)\ntarget_link_libraries(${PROJECT_NAME} PRIVATE OpenMP::OpenMP_CXX OpenSSL::Crypto)\ninstall(TARGETS sum DESTINATION bin)\n',
  'sum.cpp': SUM,
  'words.txt': 'shop\n',
};
/** GCC's own image has what Debian's development packages have. */
const GCC =
  'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends g++ make libssl-dev\n';

const pairOf = async (bench: Bench, dockerfile: string, files: Readonly<Record<string, string>>) => {
  const result = runTransforms(dockerfile, {
    transforms: [splitBuildStage],
    project: readProject(memoryContext(files)),
  });
  expect(result.refusals).toEqual([]);
  expect(result.changes.map(({ level }) => level)).toEqual(['review']);
  const before = (await bench.build(dockerfile, 'one')).tag;
  const after = (await bench.build(result.output, 'one')).tag;
  for (const tool of ['cc', 'make']) {
    expect(await has(before, tool)).toBe(true);
    expect(await has(after, tool)).toBe(false);
  }
  const [a, b] = [await bench.size(before), await bench.size(after)];
  process.stderr.write(`C: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
  expect(b).toBeLessThan(a / 2);
  return { before, after };
};

(hasEngine && isLong ? describe : describe.skip)('a program of C', () => {
  const benches: Bench[] = [];
  const open = (files: Readonly<Record<string, string>>): Bench => {
    benches.push(openBench(files));
    return benches.at(-1)!;
  };
  beforeAll(() => {
    execFileSync('docker', ['buildx', 'build', '--quiet', '--network=host', '--load', '-t', 'gcc:12-bookworm', '-'], {
      input: GCC,
    });
  });
  afterAll(async () => {
    for (const bench of benches) await bench.close();
    execFileSync('docker', ['image', 'rm', '-f', 'gcc:12-bookworm']);
  });

  test('the example ships without the compiler, and answers the same', async () => {
    const dockerfile = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
    const { before, after } = await pairOf(open(example), dockerfile, example);
    const first = await visit(before, 8080);
    expect(first).toMatchObject({ status: 200, body: '<p>shop</p>\n', code: 0 });
    expect(await visit(after, 8080)).toEqual(first);
  });

  test('a program of CMake finds its libraries on the small image', async () => {
    const dockerfile =
      'FROM gcc:12-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends cmake\nWORKDIR /app\nCOPY . .\nRUN cmake -S . -B build && cmake --build build --target install\nCMD ["sum"]\n';
    const { before, after } = await pairOf(open(CMAKE), dockerfile, CMAKE);
    const first = await start(before);
    expect(first).toMatchObject({ code: 3, stdout: expect.stringMatching(/^shop 32 \d+ 2\n$/) as unknown });
    expect(await start(after)).toEqual(first);
  });
});
