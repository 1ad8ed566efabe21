import type { RealApiServer } from "./api-server.ts";

const servedWithin = 60_000;

/** What is needed of a CustomResourceDefinition (apiextensions.k8s.io/v1) to tell whether it is served. */
export interface Definition {
  metadata: { name: string };
  spec: { group: string; names: { plural: string }; versions: { name: string; subresources?: object }[] };
}

const definitionsPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/**
 * Installs the definitions, and resolves when each of them is served: it is established, its group and version are in
 * what the server says that it has, and every version of it lists. The server does each of these by itself some moments
 * after the definition was taken, and one definition later than another; what is served so stays served (crdHandler and
 * DiscoveryController of apiextensions-apiserver). Throws with what was missing last.
 */
export async function install(real: RealApiServer, definitions: readonly Definition[]): Promise<void> {
  for (const definition of definitions) {
    const { status, text } = await real.ask("POST", definitionsPath, definition);
    if (status !== 201) throw new Error(`${definition.metadata.name}: ${status} ${text.slice(0, 500)}`);
  }
  const end = Date.now() + servedWithin;
  for (;;) {
    const missing = (await Promise.all(definitions.map((each) => missingOf(real, each)))).flat();
    if (missing.length === 0) return;
    if (Date.now() > end) throw new Error(`not served in time: ${missing.join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What the server lacks yet of one definition, in words. */
async function missingOf(real: RealApiServer, { metadata, spec }: Definition): Promise<string[]> {
  const missing: string[] = [];
  const { group, names, versions } = spec;
  const written = await read(real, `${definitionsPath}/${metadata.name}`);
  const conditions: { type: string; status: string }[] = written?.status?.conditions ?? [];
  if (!conditions.some(({ type, status }) => type === "Established" && status === "True")) {
    missing.push(`${metadata.name} is not established`);
  }
  const groups: { name: string; versions: { version: string }[] }[] =
    (await read(real, "/apis"))?.groups ?? [];
  const told = groups.find(({ name }) => name === group)?.versions.map(({ version }) => version) ?? [];
  for (const { name: version, subresources } of versions) {
    const path = `/apis/${group}/${version}`;
    if (!told.includes(version)) missing.push(`${path} is not among the groups`);
    const resources: { name: string }[] = (await read(real, path))?.resources ?? [];
    const wanted = [
      names.plural,
      ...Object.keys(subresources ?? {}).map((part) => `${names.plural}/${part}`),
    ];
    for (const name of wanted) {
      if (!resources.some((each) => each.name === name)) missing.push(`${path} does not name ${name}`);
    }
    if ((await read(real, `${path}/${names.plural}`)) === null) {
      missing.push(`${path}/${names.plural} is not listed`);
    }
  }
  return missing;
}

/** The answer to a GET as it was parsed; null unless it is 200. */
async function read(real: RealApiServer, path: string): Promise<ReturnType<typeof JSON.parse> | null> {
  const answer = await real.ask("GET", path).catch(() => null);
  return answer?.status === 200 ? JSON.parse(answer.text) : null;
}
