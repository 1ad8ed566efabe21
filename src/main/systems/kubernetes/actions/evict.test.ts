import { beforeEach, expect, test } from "vitest";
import { action, clock, run, server } from "../testing/action-bench.ts";
import { contextFor, resource } from "../testing/context.ts";
import { budget, pod } from "../testing/objects.ts";
import { until } from "../testing/surroundings.ts";

const api = () => resource("east/pods/shop/api-1", "pod");
const evictions = () => server.asked("POST", "/eviction");

beforeEach(() => {
  server.store.put("pods", pod("api-1"));
});

test("a pod is evicted by its UID, after a dry run that uses up no budget, and is gone", async () => {
  server.store.put("poddisruptionbudgets", budget("api", 1));
  const { probe, verification } = await run("kubernetes.evict", api());
  expect(probe.text.en).toBe("ReplicaSet api-1 makes another one.");
  expect(verification?.proven).toBe(true);
  expect(evictions()).toHaveLength(1);
  const [tried] = server.rehearsed("POST", "/eviction");
  expect(tried?.query.get("dryRun")).toBe("All");
  expect(tried?.body).toMatchObject({
    deleteOptions: { dryRun: ["All"], preconditions: { uid: "uid-shop-api-1" } },
  });
  expect(server.received.some(({ method }) => method === "DELETE")).toBe(false);
  expect((await run("kubernetes.evict", api())).probe.state).toBe("done");
});

test("a budget is waited for and named; one that never allows ends in an error that says the pod runs on", async () => {
  server.store.put("poddisruptionbudgets", budget("api", 0));
  const evicting = run("kubernetes.evict", api());
  await until(() => evictions().length > 2);
  server.store.put("poddisruptionbudgets", budget("api", 1));
  const { verification, trail, probe } = await evicting;
  expect(verification?.proven).toBe(true);
  expect(probe.steps?.[0]?.fr).toContain("le budget « api » exige 2 pods sains");
  expect(trail.progress[0]).toContain("Held by its PodDisruptionBudget");
  server.store.put("pods", pod("api-1", { uid: "second" }));
  await expect(run("kubernetes.evict", api())).rejects.toMatchObject({ code: "kubernetes.evict-held" });
  const { context } = contextFor(api());
  const observed = { observed: { uid: "second" }, state: "needed" as const, text: { en: "", fr: "" } };
  expect(await action("kubernetes.evict").settle(context, {}, observed)).toMatchObject({
    effect: "did-not-happen",
  });
});

test("a successor of the same name is another pod: it is neither hit nor taken for the first", async () => {
  const { context } = contextFor(api());
  const evict = action("kubernetes.evict");
  const input = evict.input.parse({});
  const probe = await evict.probe(context, input);
  server.store.put("pods", pod("api-1", { uid: "second" }));
  expect(await evict.apply(context, input, probe)).toEqual({ data: { gone: true } });
  expect(evictions()).toHaveLength(0);
  expect(await evict.settle(context, input, probe)).toMatchObject({ effect: "happened" });
});

test("local data, a missing controller and static pods need a word, or cannot be", async () => {
  const scratch = { volumes: [{ name: "tmp", emptyDir: {} }] };
  server.store.put("pods", pod("api-1", { ...scratch, owner: null }));
  expect((await run("kubernetes.evict", api())).probe.text.en).toContain("controller");
  expect((await run("kubernetes.evict", api(), { unmanaged: true })).probe.text.en).toContain("emptyDir");
  const both = { unmanaged: true, localData: true };
  expect((await run("kubernetes.evict", api(), both)).verification?.proven).toBe(true);
  server.store.put("pods", pod("api-1", { annotations: { "kubernetes.io/config.mirror": "x" } }));
  expect((await run("kubernetes.evict", api(), both)).probe.state).toBe("impossible");
});

test("a pod that does not end is not proven, and says what it waits for", async () => {
  server.onEvicted = (evicted) => {
    const deletionTimestamp = new Date(clock.now() - 1000).toISOString();
    server.store.put("pods", {
      ...evicted,
      metadata: { ...evicted.metadata, deletionTimestamp, finalizers: ["shop.example/backup"] },
    });
  };
  const { verification } = await run("kubernetes.evict", api());
  expect(verification).toMatchObject({ proven: false });
  expect(verification?.text.fr).toContain("shop.example/backup");
  expect((await run("kubernetes.evict", api())).probe.state).toBe("done");
});
