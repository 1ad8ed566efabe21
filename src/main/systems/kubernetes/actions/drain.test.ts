import { expect, test } from "vitest";
import { drainPodSchema } from "../../../../shared/drain.ts";
import { access, action, begin, clock, desk, run, server, theNode } from "../testing/action-bench.ts";
import { contextFor } from "../testing/context.ts";
import { refuse } from "../testing/fake-answers.ts";
import { budget, node, pod } from "../testing/objects.ts";
import { until } from "../testing/surroundings.ts";

const daemon = { owner: { kind: "DaemonSet", name: "logs" } };
const scratch = { volumes: [{ name: "tmp", emptyDir: {} }] };
const evictions = () => server.asked("POST", "/eviction");
const isCordoned = () => server.store.get("nodes", null, "node-1")?.spec?.unschedulable === true;
const allow = (allowed: number) => server.store.put("poddisruptionbudgets", budget("api", allowed));

function fill(): void {
  server.store.put("daemonsets", { metadata: { name: "logs", namespace: "shop" } });
  server.store.put("pods", pod("api-1", { labels: { app: "api" } }));
  server.store.put("pods", pod("logs-1", { ...daemon, labels: { app: "logs" } }));
  server.store.put("pods", pod("etcd", { owner: null, annotations: { "kubernetes.io/config.mirror": "x" } }));
  server.store.put("pods", pod("job", { owner: null, phase: "Succeeded", labels: { app: "job" } }));
  server.store.put("pods", pod("away", { node: "node-2" }));
}

test("the preview says of each pod what will happen, and which budget holds it", async () => {
  fill();
  allow(0);
  server.store.put("pods", pod("cache", { ...scratch, labels: { app: "cache" } }));
  server.store.put("pods", pod("lonely", { owner: null, labels: { app: "x" } }));
  const { probe, trail } = await run("kubernetes.drain", theNode());
  expect(probe.state).toBe("impossible");
  const pods = drainPodSchema.array().parse(probe.observed.pods);
  expect(Object.fromEntries(pods.map(({ name, plan }) => [name, plan]))).toEqual({
    "api-1": "evict",
    job: "evict",
    "logs-1": "skip-daemon-set",
    etcd: "skip-static",
    cache: "asks-local-data",
    lonely: "asks-unmanaged",
  });
  expect(pods[0]).toMatchObject({ name: "api-1", state: "blocked", budgets: [{ name: "api", allowed: 0 }] });
  expect(pods[0]?.reason?.en).toContain("PodDisruptionBudget api: 0 allowed");
  expect(trail.committed).toBe(0);
  expect(isCordoned()).toBe(false);
  expect(evictions()).toHaveLength(0);
});

test("the preview tries one eviction of each controller, which uses up no budget", async () => {
  fill();
  allow(1);
  for (let index = 2; index < 30; index++) server.store.put("pods", pod(`api-${index}`));
  const { context, trail } = contextFor(theNode());
  const drain = action("kubernetes.drain");
  const probe = await drain.probe(context, drain.input.parse({}));
  expect(probe).toMatchObject({ state: "needed", observed: { evict: 30, blocked: 0 } });
  const tried = server.rehearsed("POST", "/eviction");
  expect(tried.map(({ path }) => path.split("/").at(-2)).sort()).toEqual(["api-1", "job"]);
  expect(tried[0]?.body).toMatchObject({ deleteOptions: { dryRun: ["All"] } });
  expect(server.rehearsed("PATCH", "/nodes/node-1")).toHaveLength(1);
  expect(server.store.get("poddisruptionbudgets", "shop", "api")?.status?.disruptionsAllowed).toBe(1);
  expect([trail.committed, evictions().length, isCordoned()]).toEqual([0, 0, false]);
});

test("what rights or admission would refuse is known before the node is cordoned", async () => {
  fill();
  server.denied.add("create pods/eviction");
  const { probe } = await run("kubernetes.drain", theNode());
  expect(probe.state).toBe("impossible");
  expect(probe.text.fr).toMatch(/^L'éviction de shop\/api-1 \(\+1\) serait refusée\./);
  expect(probe.steps?.length).toBeGreaterThan(1);
  server.denied.clear();
  server.denied.add("patch nodes");
  await expect(run("kubernetes.drain", theNode())).rejects.toMatchObject({ code: "kubernetes.forbidden" });
  expect(isCordoned()).toBe(false);
});

test("a preview of five hundred pods fits the journal, what matters first, and the drain is proven", async () => {
  allow(0);
  for (let index = 0; index < 500; index++) {
    const held = index < 5;
    server.store.put("pods", pod(`pod-${index}`, { labels: { app: held ? "api" : "other" } }));
  }
  const { context } = contextFor(theNode());
  const drain = action("kubernetes.drain");
  const probe = await drain.probe(context, drain.input.parse({}));
  expect(probe.observed).toMatchObject({ evict: 500, blocked: 5 });
  expect(JSON.stringify(probe.observed).length).toBeLessThan(64 * 1024);
  expect(probe.steps?.length).toBeLessThanOrEqual(50);
  expect(drainPodSchema.array().parse(probe.observed.pods)[4]?.state).toBe("blocked");
  expect(Number(probe.observed.leftOut)).toBeGreaterThan(0);
  expect(desk.view("east/nodes/node-1")?.pods).toHaveLength(500);
  server.store.remove("poddisruptionbudgets", "shop", "api");
  const { applied, verification } = await run("kubernetes.drain", theNode());
  expect(applied?.data).toEqual({ evicted: 500, stayed: 0 });
  expect(verification?.proven).toBe(true);
});

test("cordons, evicts by UID through the API, leaves what must stay, and proves it", async () => {
  fill();
  const { applied, verification } = await run("kubernetes.drain", theNode());
  expect(applied?.data).toEqual({ evicted: 2, stayed: 2 });
  expect(verification?.proven).toBe(true);
  expect(isCordoned()).toBe(true);
  expect(evictions().map(({ path }) => path.split("/").at(-2))).toEqual(["api-1", "job"]);
  expect(evictions()[0]?.body).toMatchObject({
    apiVersion: "policy/v1",
    deleteOptions: { preconditions: { uid: "uid-shop-api-1" } },
  });
  expect(server.received.some(({ method }) => method === "DELETE")).toBe(false);
});

test("speaks policy/v1beta1 where the server knows no other", async () => {
  server.policyVersions = ["v1beta1"];
  fill();
  await run("kubernetes.drain", theNode());
  expect(evictions()[0]?.body).toMatchObject({ apiVersion: "policy/v1beta1" });
  expect(server.received.some(({ path }) => path === "/apis/policy/v1beta1/poddisruptionbudgets")).toBe(true);
});

test("evicts in the version that pods take, where budgets have a newer one as in 1.21", async () => {
  server.policyVersions = ["v1", "v1beta1"];
  server.evictionVersion = "v1beta1";
  fill();
  await run("kubernetes.drain", theNode());
  expect(evictions()[0]?.body).toMatchObject({ apiVersion: "policy/v1beta1" });
  expect(server.received.some(({ path }) => path === "/apis/policy/v1/poddisruptionbudgets")).toBe(true);
});

test("waits for a budget, says which, and goes on when it allows again", async () => {
  fill();
  allow(0);
  const drain = run("kubernetes.drain", theNode());
  await until(() => evictions().length > 3);
  const view = desk.view("east/nodes/node-1");
  expect(view?.phase).toBe("running");
  const held = view?.pods.find(({ name }) => name === "api-1");
  expect(held?.state).toBe("blocked");
  expect(held?.reason?.fr).toContain("le budget « api » exige 2 pods sains");
  allow(1);
  const { verification, trail } = await drain;
  expect(verification?.proven).toBe(true);
  expect(trail.progress.some((words) => words.includes("shop/api-1: Held by its PodDisruptionBudget"))).toBe(
    true,
  );
  expect(desk.view("east/nodes/node-1")?.phase).toBe("ended");
});

test("a drain that a budget never lets end stops in time, names it, and leaves the node cordoned", async () => {
  fill();
  allow(0);
  const drain = run("kubernetes.drain", theNode(), { minutes: 1 });
  await expect(drain).rejects.toMatchObject({ code: "kubernetes.drain-timed-out" });
  await expect(drain).rejects.toThrow(
    /shop\/api-1: Held by its PodDisruptionBudget: The disruption budget api/,
  );
  expect(isCordoned()).toBe(true);
  const { context } = contextFor(theNode());
  const drainAction = action("kubernetes.drain");
  const settled = await drainAction.settle(context, drainAction.input.parse({}), {
    state: "needed",
    text: { en: "", fr: "" },
    observed: {},
  });
  expect(settled).toMatchObject({ effect: "did-not-happen", data: { left: 1, cordoned: true } });
});

test("goes on after a restart where it stood, without evicting anything twice", async () => {
  fill();
  allow(0);
  const stop = new AbortController();
  const killed = run("kubernetes.drain", theNode(), {}, stop.signal);
  await until(() => evictions().length > 2);
  stop.abort();
  await expect(killed).rejects.toThrow();
  begin();
  allow(1);
  const { probe, verification } = await run("kubernetes.drain", theNode());
  expect(probe.observed).toMatchObject({ cordoned: true, evict: 1 });
  expect(verification?.proven).toBe(true);
  expect(evictions().filter(({ path }) => path.includes("/job/"))).toHaveLength(1);
  const again = await run("kubernetes.drain", theNode());
  expect(again.probe.state).toBe("done");
});

test("pauses, goes on, and aborts with the node taking pods again", async () => {
  fill();
  allow(0);
  const drain = run("kubernetes.drain", theNode());
  const ended = expect(drain).rejects.toMatchObject({ code: "kubernetes.drain-aborted" });
  await until(() => evictions().length > 1);
  expect(desk.wish("east/nodes/node-1", "pause")).toBe(true);
  const lists = () => server.asked("GET", "/api/v1/pods").length;
  const before = lists();
  await until(() => lists() > before + 2);
  const asked = evictions().length;
  const later = lists();
  await until(() => lists() > later + 5);
  expect(evictions()).toHaveLength(asked);
  expect(desk.view("east/nodes/node-1")?.phase).toBe("paused");
  // Longer than the drain may take: the pause does not count.
  clock.at += 3_600_000;
  const muchLater = lists();
  await until(() => lists() > muchLater + 2);
  desk.wish("east/nodes/node-1", "go-on");
  await until(() => evictions().length > asked);
  desk.wish("east/nodes/node-1", "abort-and-uncordon");
  await ended;
  expect(isCordoned()).toBe(false);
  expect(desk.wish("east/nodes/node-1", "pause")).toBe(false);
});

test("stops when somebody else uncordons the node, or makes another of its name", async () => {
  fill();
  allow(0);
  const drain = run("kubernetes.drain", theNode());
  const ended = expect(drain).rejects.toMatchObject({ code: "kubernetes.drain-uncordoned" });
  await until(() => evictions().length > 1);
  server.store.put("nodes", node("node-1"));
  await ended;
  const other = run("kubernetes.drain", theNode());
  const over = expect(other).rejects.toMatchObject({ code: "kubernetes.drain-other-node" });
  const asked = evictions().length;
  await until(() => evictions().length > asked);
  const anew = node("node-1", { spec: { unschedulable: true } });
  server.store.put("nodes", { ...anew, metadata: { ...anew.metadata, uid: "uid-other" } });
  await over;
});

test("a pod that ends slowly is told with what it waits for", async () => {
  fill();
  server.onEvicted = (evicted) => {
    const { namespace = "", name } = evicted.metadata;
    const deletionTimestamp = new Date(clock.now() - 1000).toISOString();
    server.store.put("pods", {
      ...evicted,
      metadata: { ...evicted.metadata, deletionTimestamp, finalizers: ["shop.example/backup"] },
    });
    void until(
      () => view()?.some((one) => one.name === name && one.reason?.en.includes("finalizers")) ?? false,
    ).then(() => server.store.remove("pods", namespace, name));
  };
  const view = () => desk.view("east/nodes/node-1")?.pods;
  const { verification, trail } = await run("kubernetes.drain", theNode());
  expect(verification?.proven).toBe(true);
  expect(trail.output).toContain("shop/api-1 leaving: Waits for its finalizers: shop.example/backup.");
});

test("a successor of the same name is another pod, and is evicted on its own account", async () => {
  fill();
  let successors = 1;
  server.onEvicted = (evicted) => {
    const { namespace = "", name } = evicted.metadata;
    server.store.remove("pods", namespace, name);
    if (name !== "api-1" || successors === 0) return;
    successors -= 1;
    server.store.put("pods", pod("api-1", { uid: "uid-second" }));
  };
  const { applied } = await run("kubernetes.drain", theNode());
  expect(applied?.data).toMatchObject({ evicted: 3 });
});

test("an API that is away for a while is waited out, one that refuses for good is not", async () => {
  fill();
  let away = 4;
  server.intercept.push(({ path, method }, response) => {
    if (method !== "GET" || !path.endsWith("/pods") || !isCordoned() || away === 0) return false;
    away -= 1;
    response.socket?.destroy();
    return true;
  });
  const { verification } = await run("kubernetes.drain", theNode());
  expect(verification?.proven).toBe(true);
  server.store.put("pods", pod("api-9"));
  server.intercept.push(({ path, query }, response) => {
    if (!path.endsWith("/eviction") || query.has("dryRun")) return false;
    refuse(response, 403, "Forbidden", "pods/eviction is forbidden");
    return true;
  });
  await expect(run("kubernetes.drain", theNode())).rejects.toMatchObject({ code: "kubernetes.forbidden" });
});

test("a busy server is given the time that it asks for, and is not taken for a budget", async () => {
  fill();
  let busy = 2;
  server.intercept.push(({ path, query }, response) => {
    if (!path.endsWith("/eviction") || query.has("dryRun") || busy === 0) return false;
    busy -= 1;
    refuse(response, 429, "TooManyRequests", "too many requests", {}, { "retry-after": "3" });
    return true;
  });
  const { trail } = await run("kubernetes.drain", theNode());
  expect(trail.output.some((line) => line.includes("The API server asks for patience"))).toBe(true);
  expect(trail.output.some((line) => line.includes("PodDisruptionBudget"))).toBe(false);
});

test("two budgets over one pod are named before and while", async () => {
  fill();
  allow(5);
  server.store.put("poddisruptionbudgets", budget("other", 5));
  const drain = run("kubernetes.drain", theNode(), { minutes: 1 });
  await expect(drain).rejects.toThrow(/several|more than one PodDisruptionBudget/);
});

test("undo uncordons, unless the node was cordoned before", async () => {
  fill();
  const { probe } = await run("kubernetes.drain", theNode());
  const { context } = contextFor(theNode());
  const drain = action("kubernetes.drain");
  const undone = await drain.undo?.(context, drain.input.parse({}), probe);
  expect(undone?.proven).toBe(true);
  expect(isCordoned()).toBe(false);
  await run("kubernetes.cordon", theNode());
  await drain.undo?.(context, drain.input.parse({}), { ...probe, observed: { cordoned: true } });
  expect(isCordoned()).toBe(true);
  expect(access.has("east/nodes/node-1", "nodes")).toBe(true);
});
