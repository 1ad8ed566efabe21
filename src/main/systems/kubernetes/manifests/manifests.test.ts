import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { manifestCheckSchema } from "../../../../shared/manifest.ts";
import { access, server } from "../testing/action-bench.ts";
import { refuse } from "../testing/fake-answers.ts";
import { deployment, pod } from "../testing/objects.ts";
import { quiet } from "../testing/surroundings.ts";
import { ClusterManifests } from "./index.ts";

const id = "east/workloads/Deployment/shop/api";
let manifests: ClusterManifests;
const store = () => server.store.get("deployments", "shop", "api");
const change = (spec: object, metadata: object = {}) => {
  const object = store();
  if (object) {
    server.store.put("deployments", {
      ...object,
      metadata: { ...object.metadata, ...metadata },
      spec: { ...object.spec, ...spec },
    });
  }
};
const edited = async (from: string, to: string) => {
  const { yaml, version } = await manifests.read(id, quiet);
  expect(yaml).toContain(from);
  return { resource: id, yaml: yaml.replace(from, to), version };
};

beforeEach(() => {
  manifests = new ClusterManifests(access);
  server.store.put("deployments", deployment("api"));
});

test("an object is read without what only the cluster writes", async () => {
  change({}, { managedFields: [{ manager: "kubectl" }], creationTimestamp: "2026-01-01T00:00:00Z" });
  const { yaml, locked } = await manifests.read(id, quiet);
  expect(yaml).toBe(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app: api
  template:
    metadata:
      labels:
        app: api
    spec:
      containers: []
`);
  expect(locked).toBeNull();
});

test("a check is the server's own dry run: it shows before and after, and changes nothing", async () => {
  server.warnings = ['spec.template: "x" is deprecated'];
  const found = await manifests.check(await edited("replicas: 2", "replicas: 3"), quiet);
  expect(found).toMatchObject({ outcome: "changed", faults: [], warnings: server.warnings });
  expect(found.before).toContain("replicas: 2");
  expect(found.after).toContain("replicas: 3");
  expect(store()?.spec?.replicas).toBe(2);
  const [sent] = server.rehearsed("PUT", "/deployments/api");
  expect(Object.fromEntries(sent?.query ?? [])).toEqual({
    dryRun: "All",
    fieldManager: "passerelle",
    fieldValidation: "Strict",
  });
  expect(await manifests.check(await edited("replicas: 2", "replicas: 2"), quiet)).toMatchObject({
    outcome: "unchanged",
  });
});

test.each([
  ["replicas: 2", "replicas: -1", 7, 3, /greater than or equal to 0/],
  ["replicas: 2", "replicas: two", 7, 3, /string where int32 is expected/],
  ["replicas: 2", "nonsense: 2", 7, 3, /unknown field "spec.nonsense"/],
  ["replicas: 2", "replicas: 2\n  replicas: 3", 8, 3, /already/],
  ["name: api", "name: other", 4, 3, /cannot be changed/],
  ["kind: Deployment", "kind: DaemonSet", 2, 1, /cannot be changed/],
  ["kind: Deployment\n", "", 1, 1, /kind is missing/],
  ["namespace: shop", "namespace: billing", 5, 3, /cannot be changed/],
  ["name: api", "name: api\n  uid: other", 5, 3, /Only the cluster writes metadata.uid/],
  ["spec:", "status:\n  replicas: 9\nspec:", 6, 1, /Only the cluster writes status/],
] as const)("%j made %j is refused on line %i", async (from, to, line, column, words) => {
  const found = await manifests.check(await edited(from, to), quiet);
  expect(found.outcome).toBe("refused");
  expect(found.faults[0]).toMatchObject({ line, column });
  expect(found.faults[0]?.text.en).toMatch(words);
  expect(store()?.spec?.replicas).toBe(2);
});

test("a server of before strict validation drops a field without a word: the check says so", async () => {
  server.strict = false;
  const found = await manifests.check(await edited("replicas: 2", "replicas: 2\n  nonsense: 2"), quiet);
  expect(found.faults[0]).toMatchObject({ line: 8, column: 3 });
  expect(found.faults[0]?.text.fr).toContain("ne connaît pas le champ spec.nonsense");
});

test("a status that moves makes no edit outdated; what a person sees does, and is named", async () => {
  const edit = await edited("replicas: 2", "replicas: 3");
  const object = store();
  if (object) server.store.put("deployments", { ...object, status: { ...object.status, readyReplicas: 1 } });
  expect((await manifests.check(edit, quiet)).outcome).toBe("changed");
  change({ paused: true });
  const found = await manifests.check(edit, quiet);
  expect(found.outcome).toBe("outdated");
  expect(found.faults.map(({ text }) => text.en)).toEqual(["Changed meanwhile: spec.paused: new, true"]);
  expect(found.before).toContain("paused: true");
  expect(found.after).toContain("replicas: 3");
  const after = await new ClusterManifests(access).check(edit, quiet);
  expect(after.faults[0]?.text.fr).toBe("L'objet a changé depuis sa lecture.");
});

test("an object that moves under the dry run is tried again, one that moves for ever is an error", async () => {
  const edit = await edited("replicas: 2", "replicas: 3");
  let conflicts = 2;
  server.intercept.push(({ method }, response) => {
    if (method !== "PUT" || conflicts === 0) return false;
    conflicts -= 1;
    refuse(response, 409, "Conflict", "the object has been modified");
    return true;
  });
  expect((await manifests.check(edit, quiet)).outcome).toBe("changed");
  conflicts = 50;
  await expect(manifests.check(edit, quiet)).rejects.toMatchObject({ code: "kubernetes.conflict" });
});

test("rights, admission and size are faults of the edit; a server in trouble and a lost object are errors", async () => {
  const edit = await edited("replicas: 2", "replicas: 3");
  server.denied.add("update deployments");
  const denied = await manifests.check(edit, quiet);
  expect(denied).toMatchObject({ outcome: "refused", faults: [{ line: null }] });
  expect(denied.faults[0]?.text.en).toContain("cannot update deployments");
  server.denied.clear();
  let status = 500;
  server.intercept.push(({ method }, response) => {
    if (method !== "PUT" || status === 0) return false;
    refuse(response, status, "InternalError", "etcdserver: request timed out");
    return true;
  });
  await expect(manifests.check(edit, quiet)).rejects.toMatchObject({ code: "kubernetes.server-error" });
  status = 0;
  server.store.remove("deployments", "shop", "api");
  await expect(manifests.check(edit, quiet)).rejects.toMatchObject({ code: "kubernetes.not-found" });
});

test("some objects are locked, some are none, and a Secret is never shown", async () => {
  expect(manifests.has("east/cluster")).toBe(false);
  expect(manifests.has("east/releases/shop/storefront")).toBe(false);
  expect(manifests.has("west/nodes/node-1")).toBe(false);
  expect(manifests.has("east/pods/shop/api-1/more")).toBe(false);
  await expect(manifests.read("east/cluster", quiet)).rejects.toMatchObject({
    code: "kubernetes.no-manifest",
  });
  server.store.put("pods", pod("etcd", { annotations: { "kubernetes.io/config.mirror": "x" } }));
  const { locked, version, yaml } = await manifests.read("east/pods/shop/etcd", quiet);
  expect(locked?.en).toContain("from a file");
  const found = await manifests.check({ resource: "east/pods/shop/etcd", yaml, version }, quiet);
  expect(found).toMatchObject({ outcome: "refused", faults: [{ text: locked }] });
  server.store.put("pods", { ...pod("odd"), kind: "Secret" });
  await expect(manifests.read("east/pods/shop/odd", quiet)).rejects.toMatchObject({
    code: "kubernetes.garbage",
  });
});

test("an object of megabytes, or of more values than anybody edits, ends in an error", async () => {
  const huge = "x".repeat(10_000_000);
  server.store.put("pods", pod("huge", { annotations: { note: huge } }));
  const many = Array.from({ length: 11_000 }, (_, index) => ({ name: `v${index}` }));
  server.store.put("pods", pod("many", { volumes: many }));
  for (const name of ["huge", "many"]) {
    await expect(manifests.read(`east/pods/shop/${name}`, quiet)).rejects.toMatchObject({
      code: "kubernetes.manifest-too-large",
    });
  }
});

test("whatever is done to the text, its check ends in an answer, and nothing is changed", async () => {
  const { yaml, version } = await manifests.read(id, quiet);
  const lines = yaml.split("\n");
  const before = store();
  const edit = fc.record({
    at: fc.nat({ max: lines.length }),
    remove: fc.nat({ max: 3 }),
    insert: fc.array(
      fc.constantFrom(
        "  - a",
        "\tb: 1",
        "  replicas: 3",
        "kind: Pod",
        "status: {}",
        "spec:",
        "  a: &a [*a]",
        "---",
        "?",
        "  '",
      ),
      { maxLength: 2 },
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 3 }), async (edits) => {
      const changed = [...lines];
      for (const { at, remove, insert } of edits) changed.splice(at, remove, ...insert);
      const checked = await manifests.check({ resource: id, yaml: changed.join("\n"), version }, quiet);
      expect(manifestCheckSchema.safeParse(checked).success).toBe(true);
      expect(checked.outcome === "refused").toBe(checked.faults.length > 0);
      for (const { line } of checked.faults) expect(line ?? 1).toBeLessThanOrEqual(changed.length + 1);
      expect(store()).toEqual(before);
    }),
    { numRuns: 60 },
  );
});
