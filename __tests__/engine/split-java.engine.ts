import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { has, start } from './support/start.js';

/** A server that asks itself, prints the answer and ends with a code of its own. */
const SHOP = `import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

public class Shop {
    public static void main(String[] words) throws Exception {
        byte[] page = Files.readAllBytes(Path.of("pages/index.html"));
        byte[] style = Shop.class.getResourceAsStream("/style.css").readAllBytes();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 8080), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, page.length + style.length);
            exchange.getResponseBody().write(page);
            exchange.getResponseBody().write(style);
            exchange.close();
        });
        server.start();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:8080/")).build();
        String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        System.out.println(answer + " " + System.getenv("SHOP"));
        System.exit(7);
    }
}
`;

const plugin = (name: string, version: string, configuration = ''): string =>
  `<plugin><artifactId>maven-${name}-plugin</artifactId><version>${version}</version>${configuration}</plugin>`;
const FILES = {
  'pom.xml': `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0</version>
<properties><maven.compiler.release>17</maven.compiler.release><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<build><plugins>${plugin('resources', '3.3.1')}${plugin('compiler', '3.13.0')}${plugin('surefire', '3.2.5')}${plugin(
    'jar',
    '3.4.1',
    '<configuration><archive><manifest><mainClass>Shop</mainClass></manifest></archive></configuration>',
  )}</plugins></build></project>
`,
  'src/main/java/Shop.java': SHOP,
  'src/main/resources/style.css': 'p {}',
  'pages/index.html': '<p>shop</p>',
};
const DOCKERFILE =
  'FROM maven:3.9-eclipse-temurin-17\nENV SHOP=open\nWORKDIR /app\nCOPY . .\nRUN mvn -B package\nCMD ["java", "-jar", "target/shop-1.0.jar"]\n';

const hasImages =
  hasEngine &&
  ['maven:3.9-eclipse-temurin-17', 'eclipse-temurin:17-jre'].every(
    (image) => execFileSync('docker', ['image', 'ls', '-q', image], { encoding: 'utf8' }).trim() !== '',
  );
if (!hasImages)
  process.stderr.write('skipped: no images maven:3.9-eclipse-temurin-17 and eclipse-temurin:17-jre to split with\n');

(hasImages ? describe : describe.skip)('a Java program', () => {
  let bench: Bench;
  afterAll(() => bench.close());

  test('ships without the JDK, and answers the same', async () => {
    bench = openBench(FILES);
    const project = readProject(memoryContext(FILES));
    const result = runTransforms(DOCKERFILE, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    expect(result.output).toContain('FROM eclipse-temurin:17-jre\n');
    const [before, after] = [await bench.build(DOCKERFILE, 'one'), await bench.build(result.output, 'one')];
    const first = await start(before.tag);
    expect(first).toEqual({ code: 7, stdout: '<p>shop</p>p {} open\n' });
    expect(await start(after.tag)).toEqual(first);
    for (const tool of ['javac', 'mvn']) {
      expect(await has(before.tag, tool)).toBe(true);
      expect(await has(after.tag, tool)).toBe(false);
    }
    const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
    process.stderr.write(`Java: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a * 0.7);
  });
});
