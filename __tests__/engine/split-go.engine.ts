import { afterAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { has, start } from './support/start.js';

/** A server that asks itself, prints the answer and ends with a code of its own. */
const MAIN = `package main

import (
	_ "embed"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

//go:embed assets/style.css
var style string

func main() {
	page, err := os.ReadFile("pages/index.html")
	if err != nil {
		panic(err)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, string(page), style, time.Unix(0, 0).In(zone).Format(time.RFC3339))
	})
	listener, err := net.Listen("tcp", "127.0.0.1:8080")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, nil)
	answer, err := http.Get("http://127.0.0.1:8080/")
	if err != nil {
		panic(err)
	}
	body, _ := io.ReadAll(answer.Body)
	fmt.Println(answer.StatusCode, string(body), os.Getenv("SHOP"))
	os.Exit(4)
}
`;

const FILES = {
  'go.mod': 'module example.com/shop\n\ngo 1.19\n',
  'main.go': MAIN,
  'assets/style.css': 'p {}',
  'pages/index.html': '<p>shop</p>',
};

const cases = [
  {
    name: 'a program beside its files',
    dockerfile:
      'FROM golang:1.19\nWORKDIR /app\nCOPY . .\nRUN go mod download\nRUN go build -o server .\nENV SHOP=open\nCMD ["./server"]\n',
  },
  {
    name: 'an installed program of another user',
    dockerfile:
      'FROM golang:1.19\nENV SHOP=open GOFLAGS=-buildvcs=false\nWORKDIR /app\nCOPY . .\nRUN go install .\nUSER 1000\nENTRYPOINT ["shop"]\n',
  },
];

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ name, dockerfile }) => {
  let bench: Bench;
  afterAll(() => bench.close());

  test('ships without the toolchain, and answers the same', async () => {
    bench = openBench(FILES);
    const project = readProject(memoryContext(FILES));
    const result = runTransforms(dockerfile, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    expect(result.changes.map(({ level }) => level)).toEqual(['review']);
    const [before, after] = [await bench.build(dockerfile, 'one'), await bench.build(result.output, 'one')];
    const first = await start(before.tag);
    expect(first).toEqual({ code: 4, stdout: '200 <p>shop</p>p {}1970-01-01T01:00:00+01:00 open\n' });
    expect(await start(after.tag)).toEqual(first);
    expect(await has(before.tag, 'go')).toBe(true);
    expect(await has(after.tag, 'go')).toBe(false);
    const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
    process.stderr.write(`${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a / 10);
  });
});
