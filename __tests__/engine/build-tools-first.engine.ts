import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import buildToolsFirst from '../../transforms/build-tools-first/index.js';
import { differingPaths, isCached } from './support/compare-builds.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';

/** What two builds of one file differ in by themselves. */
const NOISE =
  /^\.\/(var\/(log|cache)(\/|$)|tmp(\/|$)|root(\/|$)|\.dockerenv|etc\/(hostname|hosts|resolv\.conf|mtab))|\/cache\/download/;

interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly files: Readonly<Record<string, string>>;
  /** The builds of tools, by how their steps begin. */
  readonly tools: readonly string[];
  /** A source that no tool is made of, and a build that it is made of. */
  readonly source: string;
  readonly program: string;
}

const writer = (text: string, imports = ''): string =>
  `package main\n\nimport (\n\t"os"\n${imports})\n\nfunc main() { os.WriteFile(os.Args[1], []byte(${text}), 0o644) }\n`;
const ignored = { '.dockerignore': '.git\nDockerfile.test\n/rendermd\n/bin\n' };

const cases: readonly Case[] = [
  {
    name: 'tools of a folder each, built among the source',
    dockerfile:
      'FROM golang:1.19\nWORKDIR /blog\nENV CGO_ENABLED=0\nCOPY . .\nRUN go build -o rendermd ./cmd/rendermd\nRUN go build -o bin/index ./cmd/index\nRUN ./rendermd server/static/a.html && bin/index server/static/index.html\nRUN go build -o /app ./server\n',
    files: {
      ...ignored,
      'go.mod': 'module example.com/blog\n\ngo 1.19\n',
      'cmd/rendermd/main.go': writer('"<p>a</p>"'),
      'cmd/index/main.go': writer('"<a>a</a>"'),
      'server/main.go':
        'package main\n\nimport "embed"\n\n//go:embed static\nvar static embed.FS\n\nfunc main() { static.ReadDir(".") }\n',
      'server/static/style.css': 'p { }\n',
    },
    tools: ['RUN go build -o rendermd', 'RUN go build -o bin/index'],
    source: 'server/main.go',
    program: 'RUN go build -o /app',
  },
  {
    name: 'a tool of packages, a replaced module and what they embed, with another owner',
    dockerfile:
      'FROM golang:1.19\nWORKDIR /src\nENV CGO_ENABLED=0\nCOPY --chown=1000:1000 backend/ /src/\nRUN cd tools/gen && go build -ldflags="-s -w" -o /usr/local/bin/gen .\nRUN gen internal/made/made.go\nRUN go build -o /app ./cmd/app\n',
    files: {
      ...ignored,
      'backend/go.mod':
        'module example.com/shop\n\ngo 1.19\n\nrequire example.com/schema v0.0.0\n\nreplace example.com/schema => ./schema\n',
      'backend/schema/go.mod': 'module example.com/schema\n\ngo 1.19\n',
      'backend/schema/schema.go': 'package schema\n\nconst Name = "made"\n',
      'backend/tools/gen/main.go': writer(
        '"package " + schema.Name + spec.Text',
        '\t"example.com/schema"\n\t"example.com/shop/internal/spec"\n',
      ),
      'backend/tools/gen/main_test.go': 'package main\n',
      'backend/internal/spec/spec.go':
        'package spec\n\nimport _ "embed"\n\nvar (\n\t//go:embed data/text.txt\n\tText string\n)\n',
      'backend/internal/spec/data/text.txt': '\n\nconst Made = 1\n',
      'backend/internal/made/doc.go': 'package made\n',
      'backend/cmd/app/main.go':
        'package main\n\nimport "example.com/shop/internal/made"\n\nfunc main() { println(made.Made) }\n',
      'web/index.js': '\n',
    },
    tools: ['RUN cd tools/gen && go build'],
    source: 'backend/cmd/app/main.go',
    program: 'RUN go build -o /app',
  },
  {
    name: 'a tool that imports the root of its module, in folders that are copied one by one',
    dockerfile:
      'FROM golang:1.19\nENV CGO_ENABLED=0\nCOPY go.mod *.go schema.json /src/\nCOPY web /src/web\nCOPY docs /src/docs\nWORKDIR /src\nRUN go install ./docs\nRUN docs web/docs.txt\nRUN go build -o /app ./web\n',
    files: {
      ...ignored,
      'go.mod': 'module example.com/app/v2\n\ngo 1.19\n',
      'app.go': 'package app\n\nimport _ "embed"\n\n//go:embed schema.json\nvar Schema string\n',
      'schema.json': '{}\n',
      'docs/main.go': writer('app.Schema', '\tapp "example.com/app/v2"\n'),
      'web/main.go':
        'package main\n\nimport _ "embed"\n\n//go:embed docs.txt\nvar docs string\n\nfunc main() { println(docs) }\n',
    },
    tools: ['RUN go install ./docs'],
    source: 'web/main.go',
    program: 'RUN go build -o /app',
  },
];

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ dockerfile, files, tools, source, program }) => {
  let bench: Bench;
  let rewritten: string;
  beforeAll(() => {
    bench = openBench(files);
    const project = readProject(memoryContext(files));
    const result = runTransforms(dockerfile, {
      transforms: [buildToolsFirst],
      allow: 'safe',
      project,
      dockerfile: 'Dockerfile.test',
    });
    expect(result.faults).toEqual([]);
    expect(result.changes.length).toBeGreaterThan(0);
    rewritten = result.output;
  });
  afterAll(() => bench.close());

  test('gives the same files, and keeps the tools when the source changes', async () => {
    const before = await bench.build(dockerfile, 'a');
    const after = await bench.build(rewritten, 'b');
    const [a, b] = [await bench.tree(before.tag), await bench.tree(after.tag)];
    expect(differingPaths(a, b, NOISE)).toEqual([]);
    bench.write(source, `${files[source]!}\n// A new line.\n`);
    const again = await bench.build(rewritten, 'b');
    expect(tools.map((step) => isCached(again.log, step))).toEqual(tools.map(() => true));
    expect(isCached(again.log, program)).toBe(false);
    const originalAgain = await bench.build(dockerfile, 'a');
    expect(tools.map((step) => isCached(originalAgain.log, step))).toEqual(tools.map(() => false));
  }, 600_000);
});
