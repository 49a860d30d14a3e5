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

/** A program that keeps its rows in SQLite, whose library it loads from the system when it starts. */
const ROWS = `package main

/*
#cgo pkg-config: sqlite3
#include <sqlite3.h>
*/
import "C"

import (
	"fmt"
	"os"
)

func main() {
	var db *C.sqlite3
	var row *C.sqlite3_stmt
	if C.sqlite3_open(C.CString(":memory:"), &db) != C.SQLITE_OK {
		panic("no database")
	}
	C.sqlite3_prepare_v2(db, C.CString("select 6 * 7"), -1, &row, nil)
	C.sqlite3_step(row)
	fmt.Println(C.sqlite3_column_int(row, 0), os.Getenv("SHOP"))
	os.Exit(5)
}
`;

const MODULE = { 'go.mod': 'module example.com/shop\n\ngo 1.19\n' };
const FILES = {
  ...MODULE,
  'main.go': MAIN,
  'assets/style.css': 'p {}',
  'pages/index.html': '<p>shop</p>',
};
const SERVED = { code: 4, stdout: '200 <p>shop</p>p {}1970-01-01T01:00:00+01:00 open\n' };

const cases = [
  {
    name: 'a program beside its files',
    files: FILES,
    answer: SERVED,
    smaller: 10,
    dockerfile:
      'FROM golang:1.19\nWORKDIR /app\nCOPY . .\nRUN go mod download\nRUN go build -o server .\nENV SHOP=open\nCMD ["./server"]\n',
  },
  {
    name: 'an installed program of another user',
    files: FILES,
    answer: SERVED,
    smaller: 10,
    dockerfile:
      'FROM golang:1.19\nENV SHOP=open GOFLAGS=-buildvcs=false\nWORKDIR /app\nCOPY . .\nRUN go install .\nUSER 1000\nENTRYPOINT ["shop"]\n',
  },
  {
    name: 'a last stage that carries the toolchain',
    files: FILES,
    answer: SERVED,
    smaller: 10,
    dockerfile:
      'FROM golang:1.19 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /server .\n\nFROM golang:1.19\nENV SHOP=open\nWORKDIR /app\nCOPY pages pages\nCOPY --from=build /server ./\nCMD ["./server"]\n',
  },
  {
    name: 'a program with a library of the system',
    files: { ...MODULE, 'main.go': ROWS },
    answer: { code: 5, stdout: '42 open\n' },
    smaller: 3,
    dockerfile:
      'FROM golang:1.19\nRUN apt-get update && apt-get install -y --no-install-recommends libsqlite3-dev\nENV SHOP=open\nWORKDIR /app\nCOPY . .\nRUN go build -o server .\nCMD ["./server"]\n',
  },
];

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ name, files, answer, smaller, dockerfile }) => {
  let bench: Bench;
  afterAll(() => bench.close());

  test('ships without the toolchain, and answers the same', async () => {
    bench = openBench(files);
    const project = readProject(memoryContext(files));
    const result = runTransforms(dockerfile, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    expect(result.changes.map(({ level }) => level)).toEqual(['review']);
    const [before, after] = [await bench.build(dockerfile, 'one'), await bench.build(result.output, 'one')];
    const first = await start(before.tag);
    expect(first).toEqual(answer);
    expect(await start(after.tag)).toEqual(first);
    expect(await has(before.tag, 'go')).toBe(true);
    expect(await has(after.tag, 'go')).toBe(false);
    const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
    process.stderr.write(`${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a / smaller);
  });
});
