import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { has, start } from './support/start.js';

/** A server that asks itself, prints the answer and ends with a code of its own. */
const APPLICATION = `defmodule Shop.Application do
  use Application

  def start(_type, _args) do
    words = File.read!(Application.app_dir(:shop, "priv/words.txt"))
    page = File.read!("pages/index.html")
    {:ok, listener} = :gen_tcp.listen(8080, [:binary, active: false, ip: {127, 0, 0, 1}])
    spawn(fn -> serve(listener, page <> words) end)
    {:ok, {_status, _head, answer}} = :httpc.request('http://127.0.0.1:8080/')
    <<first, _rest::binary>> = :crypto.hash(:sha256, "shop")
    IO.puts("#{answer} #{first} #{Application.fetch_env!(:shop, :door)}")
    System.halt(7)
  end

  defp serve(listener, text) do
    {:ok, socket} = :gen_tcp.accept(listener)
    {:ok, _request} = :gen_tcp.recv(socket, 0)
    :gen_tcp.send(socket, "HTTP/1.0 200 OK\\r\\nContent-Length: #{byte_size(text)}\\r\\n\\r\\n" <> text)
    :gen_tcp.close(socket)
  end
end
`;

const FILES = {
  'mix.exs': `defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: "1.0.0", elixir: "~> 1.14", start_permanent: Mix.env() == :prod, deps: []]
  end

  def application do
    [extra_applications: [:logger, :inets, :crypto], mod: {Shop.Application, []}]
  end
end
`,
  'config/config.exs': 'import Config\n\nconfig :shop, door: "shut"\n',
  'config/runtime.exs': 'import Config\n\nconfig :shop, door: System.fetch_env!("SHOP")\n',
  'lib/shop/application.ex': APPLICATION,
  'priv/words.txt': 'words',
  'pages/index.html': '<p>shop</p>',
};

/** Images with the names of real ones, made of Debian's packages: no registry is asked. */
const ELIXIR =
  'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends elixir erlang-inets erlang-ssl erlang-crypto erlang-parsetools erlang-dev\nENV LANG=C.UTF-8\nCMD ["iex"]\n';
const STAND_INS = {
  'elixir:1.14-slim': ELIXIR,
  'elixir:1.14': `${ELIXIR}RUN apt-get install -y --no-install-recommends gcc libc6-dev make git\n`,
  'hexpm/elixir:1.14.0-erlang-25.2.3-debian-bookworm-20230612': ELIXIR,
};
const DATED = 'debian:bookworm-20230612-slim';

const BUILD =
  'ENV MIX_ENV=prod SHOP=open\nWORKDIR /app\nCOPY . .\nRUN mix compile && mix release\nCMD ["_build/prod/rel/shop/bin/shop", "start"]\n';
const cases = [
  { name: "on Elixir's own image", base: 'elixir:1.14', ships: 'elixir:1.14-slim', gone: ['gcc', 'make', 'git'] },
  {
    name: "on an image of Hex's",
    base: 'hexpm/elixir:1.14.0-erlang-25.2.3-debian-bookworm-20230612',
    ships: DATED,
    gone: ['mix', 'elixir', 'erl'],
  },
];

(hasEngine ? describe : describe.skip)('a release of Elixir', () => {
  const project = readProject(memoryContext(FILES));
  let bench: Bench;
  beforeAll(() => {
    bench = openBench(FILES);
    for (const [tag, text] of Object.entries(STAND_INS))
      execFileSync('docker', ['buildx', 'build', '--quiet', '--network=host', '--load', '-t', tag, '-'], {
        input: text,
      });
    execFileSync('docker', ['tag', 'debian:bookworm-slim', DATED]);
  });
  afterAll(async () => {
    await bench.close();
    execFileSync('docker', ['image', 'rm', '-f', DATED, ...Object.keys(STAND_INS)]);
  });

  test.each(cases)('$name ships without Mix, and answers the same', async ({ name, base, ships, gone }) => {
    const dockerfile = `FROM ${base}\n${BUILD}`;
    const result = runTransforms(dockerfile, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    expect(result.changes.map(({ level }) => level)).toEqual(['review']);
    expect(result.output).toContain(`FROM ${ships}\n`);
    const [before, after] = [await bench.build(dockerfile, 'one'), await bench.build(result.output, 'one')];
    const first = await start(before.tag);
    expect(first).toEqual({ code: 7, stdout: '<p>shop</p>words 141 open\n' });
    expect(await start(after.tag)).toEqual(first);
    for (const tool of gone) {
      expect(await has(before.tag, tool)).toBe(true);
      expect(await has(after.tag, tool)).toBe(false);
    }
    const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
    process.stderr.write(`Elixir ${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a);
  });
});
