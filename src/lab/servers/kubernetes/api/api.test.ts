import { afterEach, describe, expect, it, vi } from "vitest";
import { items, read, words } from "../store/object.ts";
import { type Asking, TestApi } from "../testing/test-api.ts";

let api: TestApi;
const start = async (extraPods = 0) => {
  api = await TestApi.start(extraPods);
  return api;
};
afterEach(() => api.close());

const pods = "/api/v1/namespaces/shop/pods";
const storefront = "/apis/apps/v1/namespaces/shop/deployments/storefront";
const table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
const names = (list: unknown) => items(list, "items").map((item) => words(item, "metadata", "name"));

describe("reading", () => {
  it("is discovered, and says what each resource can do", async () => {
    await start();
    expect((await api.ask("/version")).body).toMatchObject({ gitVersion: "v1.31.4", minor: "31" });
    const { body } = await api.ask("/api/v1");
    const eviction = items(body, "resources").find((entry) => words(entry, "name") === "pods/eviction");
    expect(eviction).toMatchObject({ kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] });
    const groups = items((await api.ask("/apis")).body, "groups").map((group) =>
      words(group, "preferredVersion", "groupVersion"),
    );
    expect(groups).toEqual(expect.arrayContaining(["policy/v1", "metrics.k8s.io/v1beta1"]));
    for (const group of groups) expect((await api.ask(`/apis/${group}`)).status).toBe(200);
    const paths = Object.values(Object((await api.ask("/openapi/v3")).body.paths));
    for (const path of paths) {
      const { body: document } = await api.ask(words(path, "serverRelativeURL"));
      expect(Object.keys(Object(document.paths)).length).toBeGreaterThan(0);
    }
    for (const path of [
      "/apis/nothing.example/v1",
      "/api/v1/nothing",
      "/api/v1/pods/x",
      "/api/v1/nodes/a/b/c",
      "/x",
    ]) {
      expect([path, (await api.ask(path)).status]).toEqual([path, 404]);
    }
  });

  it("gives pages of one moment, whatever changes between them", async () => {
    await start(300);
    const first = await api.ask("/api/v1/pods?limit=100");
    const token = words(first.body, "metadata", "continue");
    const all = [...names(first.body)];
    expect(all).toHaveLength(100);
    await api.ask(
      `${pods}/${api.cluster.pods.all().find((pod) => pod.metadata.namespace === "shop")?.metadata.name}?gracePeriodSeconds=0`,
      { method: "DELETE" },
    );
    let next = token;
    let last = first;
    while (next) {
      last = await api.ask(`/api/v1/pods?limit=100&continue=${encodeURIComponent(next)}`);
      expect(words(last.body, "metadata", "resourceVersion")).toBe(
        words(first.body, "metadata", "resourceVersion"),
      );
      all.push(...names(last.body));
      next = words(last.body, "metadata", "continue");
    }
    expect(all.length).toBe(api.cluster.pods.size + 1);
    expect(new Set(all).size).toBe(all.length);
    expect(read(first.body, "metadata", "remainingItemCount")).toBe(all.length - 100);
    api.cluster.forget();
    const gone = await api.ask(`/api/v1/pods?limit=100&continue=${encodeURIComponent(token)}`);
    expect(gone).toMatchObject({ status: 410, body: { reason: "Expired" } });
    const forged = await api.ask("/api/v1/pods?limit=100&continue=bm9uc2Vuc2U");
    expect(forged.status).toBe(410);
  });

  it("shows tables and metadata to who asks for them", async () => {
    await start();
    const { body } = await api.ask(pods, { accept: table });
    expect(body.kind).toBe("Table");
    const heads = items(body, "columnDefinitions").map((column) => words(column, "name"));
    expect(heads.slice(0, 5)).toEqual(["Name", "Ready", "Status", "Restarts", "Age"]);
    expect(items(items(body, "rows")[0], "cells").slice(1, 4)).toEqual(["1/1", "Running", "0"]);
    expect(read(items(body, "rows")[0], "object", "kind")).toBe("PartialObjectMetadata");
    const partial = await api.ask(pods, {
      accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    });
    expect(partial.body.kind).toBe("PartialObjectMetadataList");
    expect(items(partial.body, "items")[0]).not.toHaveProperty("spec");
    expect((await api.ask(pods, { accept: "application/vnd.kubernetes.protobuf" })).status).toBe(406);
  });

  it("selects by labels and fields, and refuses what it cannot read", async () => {
    await start();
    const found = await api.ask(
      `/api/v1/pods?fieldSelector=spec.nodeName%3Dweb-1&labelSelector=app%3Dnetwork-agent`,
    );
    expect(names(found.body)).toHaveLength(1);
    for (const query of [
      "labelSelector=a%20b",
      "fieldSelector=spec.nothing%3D1",
      "limit=-1",
      "resourceVersion=x",
      "limit=1&continue=x&resourceVersion=7",
    ]) {
      expect([query, (await api.ask(`${pods}?${query}`)).status]).toEqual([query, 400]);
    }
    const future = await api.ask(`${pods}?resourceVersion=99999999`);
    expect(future).toMatchObject({ status: 504, body: { reason: "Timeout" } });
  });
});

describe("watching", () => {
  const labelled = (app: string): Asking => ({
    method: "PATCH",
    type: "application/merge-patch+json",
    body: { metadata: { labels: { app } } },
  });

  it("tells what came after a version, and what enters or leaves a selection", async () => {
    await start();
    const { body } = await api.ask(`${pods}?labelSelector=app%3Dcache`);
    const version = words(body, "metadata", "resourceVersion");
    const [name = ""] = names(body);
    await api.ask(`${pods}/${name}`, labelled("other"));
    const watching = await api.watch(`${pods}?watch=1&labelSelector=app%3Dcache&resourceVersion=${version}`);
    await vi.waitFor(() => expect(watching.types()).toEqual(["DELETED"]));
    await api.ask(`${pods}/${name}`, labelled("cache"));
    await vi.waitFor(() => expect(watching.types()).toEqual(["DELETED", "ADDED"]));
  });

  it("begins with what there is when no version is given, and ends in time with a bookmark", async () => {
    await start();
    const watching = await api.watch("/api/v1/nodes?watch=true&timeoutSeconds=90&allowWatchBookmarks=true");
    await vi.waitFor(() => expect(watching.types().filter((type) => type === "ADDED")).toHaveLength(8));
    await api.settle(60_000);
    await vi.waitFor(() => expect(watching.types().at(-1)).toBe("BOOKMARK"));
    await api.settle(30_000);
    await vi.waitFor(() => expect(watching.ended).toBe(true));
    expect(watching.types().filter((type) => type === "BOOKMARK")).toHaveLength(2);
    const version = Number(words(watching.events.at(-1)?.object, "metadata", "resourceVersion"));
    expect(version).toBe(api.cluster.history.revision);
  });

  it("ends with 410 when what it stands on is forgotten, and from then on for older versions", async () => {
    await start();
    const version = api.cluster.history.revision;
    const watching = await api.watch(`${pods}?watch=1&resourceVersion=${version}`);
    await api.ask(storefront, {
      method: "PATCH",
      type: "application/merge-patch+json",
      body: { spec: { replicas: 5 } },
    });
    api.world.inject(["kube-gone"]);
    await vi.waitFor(() =>
      expect(watching.events.at(-1)).toMatchObject({ type: "ERROR", object: { code: 410 } }),
    );
    await vi.waitFor(() => expect(watching.ended).toBe(true));
    const again = await api.watch(`${pods}?watch=1&resourceVersion=${version}`);
    await vi.waitFor(() => expect(again.types()).toEqual(["ERROR"]));
    const fresh = await api.watch(`${pods}?watch=1&resourceVersion=${api.cluster.history.revision}`);
    await api.settle(1_000);
    await vi.waitFor(() => expect(fresh.types()).toContain("ADDED"));
  });

  it("shows rows in a table, with their headings once", async () => {
    await start();
    const refused = await api.ask(`${pods}?watch=1&sendInitialEvents=true`);
    expect(refused.status).toBe(422);
  });
});

describe("writing", () => {
  const configMap = (name: string, data: object) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data,
  });
  const maps = "/api/v1/namespaces/shop/configmaps";

  it("creates, replaces and deletes, and keeps nothing of a dry run", async () => {
    await start();
    const body = configMap("one", { a: "1" });
    expect((await api.ask(`${maps}?dryRun=All`, { method: "POST", body })).status).toBe(201);
    expect((await api.ask(`${maps}/one`)).status).toBe(404);
    const made = await api.ask(maps, { method: "POST", body });
    expect(made.status).toBe(201);
    expect((await api.ask(maps, { method: "POST", body })).body).toMatchObject({
      code: 409,
      reason: "AlreadyExists",
    });
    const stale = { ...made.body, metadata: { ...Object(made.body.metadata), resourceVersion: "1" } };
    expect((await api.ask(`${maps}/one`, { method: "PUT", body: stale })).body.reason).toBe("Conflict");
    const changed = { ...made.body, data: { a: "2" } };
    expect((await api.ask(`${maps}/one`, { method: "PUT", body: changed })).body).toMatchObject({
      data: { a: "2" },
    });
    const uid = { preconditions: { uid: "another" } };
    expect((await api.ask(`${maps}/one`, { method: "DELETE", body: uid })).status).toBe(409);
    expect((await api.ask(`${maps}/one`, { method: "DELETE" })).body.status).toBe("Success");
    expect((await api.ask(`${maps}/one`)).status).toBe(404);
  });

  it("takes a node of which only the name is said, and looks for no namespace of it", async () => {
    await start();
    const body = { apiVersion: "v1", kind: "Node", metadata: { name: "spare", namespace: "shop" } };
    expect((await api.ask("/api/v1/nodes", { method: "POST", body })).status).toBe(201);
    const kept = await api.ask("/api/v1/nodes/spare");
    expect(kept.body).toMatchObject({ spec: {}, status: { conditions: [] } });
    expect(read(kept.body, "metadata", "namespace")).toBeUndefined();
  });

  it("applies YAML that the server merges, and leaves the version when nothing changed", async () => {
    await start();
    const path = `${maps}/two?fieldManager=test`;
    const apply = (text: string) =>
      api.ask(path, { method: "PATCH", type: "application/apply-patch+yaml", body: text });
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: two}\ndata: {a: '1'}\n";
    expect((await apply(text)).status).toBe(201);
    const before = await api.ask(`${maps}/two`);
    expect((await apply(text)).status).toBe(200);
    expect((await api.ask(`${maps}/two`)).text).toBe(before.text);
    expect((await apply("a: b: c\n\t- x")).status).toBe(400);
  });

  it.each([
    ["no JSON", { method: "POST", body: "{" }, 400],
    [
      "another kind",
      { method: "POST", body: { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } } },
      400,
    ],
    ["no name", { method: "POST", body: { apiVersion: "v1", kind: "ConfigMap", metadata: {} } }, 422],
    ["a name that is none", { method: "POST", body: configMap("No Name", {}) }, 422],
    [
      "another namespace",
      { method: "POST", body: { ...configMap("x", {}), metadata: { name: "x", namespace: "mail" } } },
      400,
    ],
    ["an unknown type", { method: "POST", body: "x", type: "text/plain" }, 415],
    ["too much", { method: "POST", body: configMap("x", { a: "x".repeat(3_200_000) }) }, 413],
    ["another verb", { method: "PUT", body: configMap("x", {}) }, 405],
    ["a dry run of another kind", { method: "POST", body: configMap("x", {}), query: "?dryRun=Some" }, 400],
  ] as [string, Asking & { query?: string }, number][])("refuses %s", async (_, asking, status) => {
    await start();
    const answer = await api.ask(`${maps}${asking.query ?? ""}`, asking);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ kind: "Status", code: status });
  });

  it("says which fields do not fit, and changes nothing", async () => {
    await start();
    const before = await api.ask(storefront);
    const patch = (body: object) =>
      api.ask(storefront, { method: "PATCH", type: "application/strategic-merge-patch+json", body });
    const refused = await patch({ spec: { replicas: "many" } });
    expect(refused.status).toBe(422);
    expect(words(items(refused.body, "details", "causes")[0], "field")).toBe("spec.replicas");
    expect((await patch({ spec: { selector: { matchLabels: { app: "x" } } } })).status).toBe(422);
    expect((await patch({ metadata: { resourceVersion: "1" }, spec: { replicas: 1 } })).status).toBe(409);
    expect((await api.ask(storefront)).text).toBe(before.text);
  });
});

describe("rights", () => {
  it.each([
    ["stranger", pods, "GET", 401],
    ["expired", pods, "GET", 401],
    ["nobody", pods, "GET", 403],
    ["viewer", pods, "GET", 200],
    ["viewer", "/api/v1/secrets", "GET", 403],
    ["viewer", storefront, "DELETE", 403],
    ["operator", "/api/v1/nodes/web-1", "DELETE", 403],
    ["administrator", "/api/v1/secrets", "GET", 200],
  ] as const)("%s at %s with %s: %i", async (as, path, method, status) => {
    await start();
    const answer = await api.ask(path, { as, method });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.message).toContain(`User "${as}" cannot`);
  });

  it("are told to who asks", async () => {
    await start();
    const review = (as: "viewer" | "operator", resource: string, verb: string) =>
      api.ask("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
        as,
        method: "POST",
        body: { spec: { resourceAttributes: { resource, verb, subresource: "eviction", group: "" } } },
      });
    expect((await review("operator", "pods", "create")).body.status).toEqual({ allowed: true });
    expect((await review("viewer", "pods", "create")).body.status).toEqual({ allowed: false });
    const rules = await api.ask("/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", {
      as: "viewer",
      method: "POST",
      body: { spec: { namespace: "shop" } },
    });
    expect(items(rules.body, "status", "resourceRules").length).toBeGreaterThan(2);
  });
});
