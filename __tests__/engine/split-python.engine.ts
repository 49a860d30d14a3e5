import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { tarOf } from './support/archives.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { has, start } from './support/start.js';

/** A distribution that is compiled at install and links to the client library of PostgreSQL. */
const native = (name: string) => ({
  [`${name}-1.0.0/PKG-INFO`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0.0\n`,
  [`${name}-1.0.0/setup.py`]: `from setuptools import setup, Extension\nsetup(name='${name}', version='1.0.0', py_modules=['pqcli'], ext_modules=[Extension('pqversion', ['pqversion.c'], include_dirs=['/usr/include/postgresql'], libraries=['pq'])], entry_points={'console_scripts': ['serve=pqcli:main']})\n`,
  [`${name}-1.0.0/pqversion.c`]:
    '#include <Python.h>\n#include <libpq-fe.h>\nstatic PyObject *version(PyObject *s, PyObject *a) { return PyLong_FromLong(PQlibVersion() / 10000); }\nstatic PyMethodDef methods[] = {{"version", version, METH_NOARGS, ""}, {0}};\nstatic struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "pqversion", "", -1, methods};\nPyMODINIT_FUNC PyInit_pqversion(void) { return PyModule_Create(&module); }\n',
  [`${name}-1.0.0/pqcli.py`]:
    "import http.server, os, runpy, sys\ndef main():\n    sys.path.insert(0, os.getcwd())\n    runpy.run_path('app.py', run_name='__main__')\n",
});

const APP = `import http.server, threading, urllib.request, sys
import pqversion

class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(('shop %s %d' % (open('made.txt').read().strip(), pqversion.version())).encode())
    def log_message(self, *args):
        pass

server = http.server.HTTPServer(('127.0.0.1', 8000), Shop)
threading.Thread(target=server.serve_forever, daemon=True).start()
answer = urllib.request.urlopen('http://127.0.0.1:8000/')
print(answer.status, answer.read().decode())
sys.exit(5)
`;

const HEAD = 'ENV PIP_NO_INDEX=1 PIP_FIND_LINKS=/srv/packages PIP_DISABLE_PIP_VERSION_CHECK=1\n';
const cases = [
  {
    name: 'compilers installed on a slim base',
    distribution: 'pqversion',
    dockerfile: `FROM python:3.11-slim-bookworm\n${HEAD}RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev python3-dev && rm -rf /var/lib/apt/lists/*\nWORKDIR /srv\nCOPY packages packages\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nRUN python -c "open('made.txt', 'w').write('made')"\nUSER nobody\nCMD ["serve"]\n`,
  },
  {
    // What slim lacks matters here, so that only what a known distribution links to is known.
    name: 'a full base',
    distribution: 'psycopg2',
    dockerfile: `FROM python:3.11-bookworm\n${HEAD}RUN apt-get update && apt-get install -y gcc libpq-dev\nWORKDIR /srv\nCOPY . .\nRUN pip install -r requirements.txt\nRUN python -c "open('made.txt', 'w').write('made')"\nENTRYPOINT ["python3", "app.py"]\n`,
  },
];

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ dockerfile, name, distribution }) => {
  let bench: Bench;
  afterAll(() => bench.close());

  test('ships a virtual environment without compilers, and answers the same', async () => {
    const files = {
      'requirements.txt': `${distribution}==1.0.0\n`,
      'app.py': APP,
      [`packages/${distribution}-1.0.0.tar.gz`]: gzipSync(tarOf(native(distribution))),
    };
    bench = openBench(files);
    const texts = Object.fromEntries(Object.entries(files).map(([path, data]) => [path, data.toString()]));
    const project = readProject(memoryContext(texts));
    const result = runTransforms(dockerfile, { transforms: [splitBuildStage], allow: 'review', project });
    expect(result.refusals).toEqual([]);
    expect(result.output).toContain('libpq5');
    const [before, after] = [await bench.build(dockerfile, 'one'), await bench.build(result.output, 'one')];
    const first = await start(before.tag);
    expect(first.stdout).toMatch(/^200 shop made \d+\n$/);
    expect(first.code).toBe(5);
    expect(await start(after.tag)).toEqual(first);
    expect(await has(before.tag, 'gcc')).toBe(true);
    expect(await has(after.tag, 'gcc')).toBe(false);
    const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
    process.stderr.write(`${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a);
  });
});
