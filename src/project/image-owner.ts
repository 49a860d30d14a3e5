import { baseName, folderOf } from './paths.js';

/** Images of Docker's library that manifests start beside those of the project. */
const OFFICIAL: ReadonlySet<string> = new Set(
  'adminer alpine amazonlinux bash busybox caddy cassandra centos consul couchdb debian docker eclipse-mosquitto eclipse-temurin elasticsearch fedora ghost golang gradle haproxy httpd influxdb kibana logstash mariadb maven memcached mongo mongo-express mysql nats neo4j nginx node openjdk percona php postgres python rabbitmq redis registry ruby rust solr telegraf tomcat traefik ubuntu vault wordpress zookeeper'.split(
    ' ',
  ),
);
/** Publishers and registries whose images no project of somebody else builds. */
const PUBLISHERS =
  /^(?:docker\.io\/)?(?:bitnami\w*|confluentinc|curlimages|datadog|envoyproxy|fluent|grafana|hashicorp|istio|jaegertracing|kong|library|localstack|minio|nginxinc|openzipkin|otel|percona|postgis|prom|rancher|redis|selenium|timescale|velero)\/|^(?:registry\.k8s\.io|k8s\.gcr\.io|mcr\.microsoft\.com|docker\.elastic\.co|gcr\.io\/(?:google[\w-]*|cloudsql-docker|cloud-sql-connectors|distroless|kaniko-project|kubebuilder)|quay\.io\/(?:brancz|coreos|jetstack|keycloak|minio|oauth2-proxy|prometheus|strimzi)|public\.ecr\.aws\/(?:bitnami|docker|lambda))\//;

/** An image's name without its tag and digest. */
export function nameOfImage(image: string): string {
  return image.split('@')[0]!.replace(/:[^/:]*$/, '');
}

export function isForeignImage(image: string): boolean {
  const name = nameOfImage(image);
  return OFFICIAL.has(name) || PUBLISHERS.test(name);
}

const DOCKERFILE = /(?:^|\/)(?:(?:Docker|Container)file(?:\.[\w.-]+)?|[\w.-]+\.[dD]ockerfile)$/;

/**
 * Whether a Dockerfile may be the one that an image is built from, among those of a repository: by the word of its folder
 * or its ending that the image's name has, else one without such a word.
 */
export function mayBuild(image: string, dockerfile: string, paths: readonly string[]): boolean {
  const last = baseName(nameOfImage(image));
  const others = paths.filter((path) => path !== dockerfile && DOCKERFILE.test(path)).map(wordOf);
  const own = wordOf(dockerfile);
  if (others.length === 0) return true;
  return own === '' ? !others.some((word) => word !== '' && last.includes(word)) : last.includes(own);
}

/** What tells a Dockerfile from others: `worker` of Dockerfile.worker, `api` of services/api/Dockerfile. */
function wordOf(path: string): string {
  const name = baseName(path);
  const ending = /^(?:Docker|Container)file\.(.+)$/.exec(name)?.[1] ?? /^(.+)\.dockerfile$/i.exec(name)?.[1];
  return ending ?? baseName(folderOf(path));
}
