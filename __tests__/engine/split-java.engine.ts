import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

const FILES = {
  'pom.xml': `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>com.example</groupId><artifactId>shop</artifactId><version>1.0</version>
<properties><maven.compiler.release>17</maven.compiler.release><maven.test.skip>true</maven.test.skip><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<build><plugins><plugin><artifactId>maven-jar-plugin</artifactId><configuration><archive><manifest><mainClass>Shop</mainClass></manifest></archive></configuration></plugin></plugins></build></project>
`,
  'src/main/java/Shop.java': SHOP,
  'src/main/resources/style.css': 'p {}',
  'build.gradle':
    "plugins { id 'application' }\nversion = '1.0'\nmainClassName = 'Shop'\njar { manifest { attributes 'Main-Class': 'Shop' } }\n",
  'settings.gradle': "rootProject.name = 'shop'\n",
  'pages/index.html': '<p>shop</p>',
};

/** Images with the names of real ones, made of Debian's packages: no registry is asked. */
const STAND_INS = {
  'eclipse-temurin:17-jre': 'RUN apt-get install -y --no-install-recommends openjdk-17-jre-headless\n',
  'maven:3.9-eclipse-temurin-17':
    'RUN apt-get install -y --no-install-recommends openjdk-17-jdk-headless maven libmaven-resources-plugin-java libmaven-compiler-plugin-java libsurefire-java libmaven-jar-plugin-java\nRUN mkdir -p /root/.m2 && echo "<settings><localRepository>/usr/share/maven-repo</localRepository><offline>true</offline></settings>" > /root/.m2/settings.xml\nENV MAVEN_HOME=/usr/share/maven MAVEN_CONFIG=/root/.m2\nCMD ["mvn"]\n',
  'gradle:8.5-jdk17':
    'RUN apt-get install -y --no-install-recommends openjdk-17-jdk-headless gradle\nENV GRADLE_HOME=/opt/gradle\nWORKDIR /home/gradle\nCMD ["gradle"]\n',
};
const SYSTEM = 'FROM debian:bookworm-slim\nRUN mkdir -p /usr/share/man/man1 && apt-get update\n';

const head = (image: string): string => `FROM ${image}\nENV SHOP=open\nWORKDIR /app\nCOPY . .\n`;
const cases = [
  {
    name: 'an archive of Maven',
    dockerfile: `${head('maven:3.9-eclipse-temurin-17')}RUN mvn -B package\nCMD ["java", "-jar", "target/shop-1.0.jar"]\n`,
  },
  {
    name: 'an archive of Gradle',
    dockerfile: `${head('gradle:8.5-jdk17')}RUN gradle --offline --no-daemon jar\nCMD ["java", "-jar", "build/libs/shop-1.0.jar"]\n`,
  },
  {
    name: 'the start script of Gradle',
    dockerfile: `${head('gradle:8.5-jdk17')}RUN gradle --offline --no-daemon installDist\nCMD ["build/install/shop/bin/shop"]\n`,
  },
  {
    name: 'a last stage that carries the JDK',
    dockerfile: `FROM maven:3.9-eclipse-temurin-17 AS build\nWORKDIR /src\nCOPY . .\nRUN mvn -B package\n\nFROM maven:3.9-eclipse-temurin-17\nENV SHOP=open\nWORKDIR /app\nCOPY pages pages\nCOPY --from=build /src/target/shop-1.0.jar shop.jar\nENTRYPOINT ["java", "-jar", "shop.jar"]\n`,
  },
];

(hasEngine ? describe : describe.skip)('a Java program', () => {
  const project = readProject(memoryContext(FILES));
  let bench: Bench;
  beforeAll(() => {
    bench = openBench(FILES);
    for (const [tag, steps] of Object.entries(STAND_INS))
      execFileSync('docker', ['buildx', 'build', '--quiet', '--network=host', '--load', '-t', tag, '-'], {
        input: SYSTEM + steps,
      });
  });
  afterAll(async () => {
    await bench.close();
    execFileSync('docker', ['image', 'rm', '-f', ...Object.keys(STAND_INS)]);
  });

  test.each(cases)('$name ships without the JDK, and answers the same', async ({ name, dockerfile }) => {
    const result = runTransforms(dockerfile, { transforms: [splitBuildStage], project });
    expect(result.refusals).toEqual([]);
    expect(result.output).toContain('FROM eclipse-temurin:17-jre\n');
    const [before, after] = [await bench.build(dockerfile, 'one'), await bench.build(result.output, 'one')];
    const first = await start(before.tag);
    expect(first).toEqual({ code: 7, stdout: '<p>shop</p>p {} open\n' });
    expect(await start(after.tag)).toEqual(first);
    expect(await has(before.tag, 'javac')).toBe(true);
    for (const tool of ['javac', 'mvn', 'gradle']) expect(await has(after.tag, tool)).toBe(false);
    const [a, b] = [await bench.size(before.tag), await bench.size(after.tag)];
    process.stderr.write(`${name}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
    expect(b).toBeLessThan(a * 0.8);
  });
});
