import { afterEach, describe, expect, it, vi } from "vitest";
import { items, words } from "../store/object.ts";
import { TestApi } from "../testing/test-api.ts";

let api: TestApi;
const start = async (extraPods = 0) => {
  api = await TestApi.start(extraPods);
  return api;
};
afterEach(() => api.close());

const pods = "/api/v1/namespaces/shop/pods";
const storefront = "/apis/apps/v1/namespaces/shop/deployments/storefront";

describe("faults", () => {
  it.each([
    ["kube-html", 200, /<!DOCTYPE html>/],
    ["kube-busy", 429, /TooManyRequests/],
    ["kube-huge", 200, /x{5000}/],
  ] as const)("%s answers %i", async (fault, status, text) => {
    await start();
    api.world.inject([fault]);
    const answer = await api.ask(pods);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    if (status === 429) expect(answer.headers["retry-after"]).toBe("1");
    api.world.clear();
    expect((await api.ask(pods)).body.kind).toBe("PodList");
  });

  it("breaks connections, refuses them, and breaks off in the middle", async () => {
    await start();
    const watching = await api.watch(`${pods}?watch=1`);
    api.world.inject(["kube-down"]);
    await vi.waitFor(() => expect(watching.ended).toBe(true));
    await expect(api.ask(pods)).rejects.toThrow();
    api.world.clear();
    api.world.inject(["kube-truncated"]);
    await expect(api.ask(pods)).rejects.toThrow();
    api.world.clear();
    expect((await api.ask(pods)).status).toBe(200);
  });

  it("holds everything back, and lets it go again", async () => {
    await start();
    api.world.inject(["kube-hang"]);
    let answered = false;
    const asking = api.ask(pods).then((answer) => {
      answered = true;
      return answer;
    });
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    api.world.clear();
    expect((await asking).status).toBe(200);
  });

  it("slows a watch down, and lets one last a second only", async () => {
    await start();
    api.world.inject(["kube-slow-watch"]);
    const slow = await api.watch("/api/v1/nodes?watch=1");
    await api.settle(3_500);
    await vi.waitFor(() => expect(slow.types()).toEqual(["ADDED"]));
    api.world.clear();
    api.world.inject(["kube-short-watch"]);
    const short = await api.watch("/api/v1/nodes?watch=1");
    await vi.waitFor(() => expect(short.types()).toHaveLength(8));
    await api.settle(1_500);
    await vi.waitFor(() => expect(short.ended).toBe(true));
  });

  it("is silent while both towers are off", async () => {
    await start();
    api.world.powerOff("tower-a");
    expect(api.door.state()).toBe("open");
    api.world.powerOff("tower-b");
    expect(api.door.state()).toBe("silent");
  });
});

describe("fields that a kind does not have", () => {
  const body = (more: object, container: object = {}) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "x" },
    spec: {
      selector: { matchLabels: { a: "b" } },
      template: {
        metadata: { labels: { a: "b" } },
        spec: { containers: [{ name: "x", image: "registry.atelier.example/x:1", ...container }] },
      },
      ...more,
    },
  });
  const path = "/apis/apps/v1/namespaces/shop/deployments";
  const post = (wish: string, given: object) =>
    api.ask(`${path}?dryRun=All&fieldValidation=${wish}`, { method: "POST", body: given });

  it("are refused where the client wants that, each with its path", async () => {
    await start();
    const wrong = body({ replikas: 3 }, { imagge: "y", ports: [{ containerPort: 80, prot: "TCP" }] });
    const refused = await post("Strict", wrong);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toBe(
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.template.spec.containers[0].imagge", unknown field "spec.template.spec.containers[0].ports[0].prot", unknown field "spec.replikas"',
    );
    expect((await post("Strict", body({ replicas: 3 }))).status).toBe(201);
    expect((await post("Perhaps", body({}))).status).toBe(400);
  });

  it("are told of, or dropped without a word, and never kept", async () => {
    await start();
    const warned = await post("Warn", body({ replikas: 3 }));
    expect([warned.status, warned.headers.warning]).toEqual([
      201,
      '299 - "unknown field \\"spec.replikas\\""',
    ]);
    expect(Object.keys(Object(warned.body.spec))).not.toContain("replikas");
    const dropped = await post("Ignore", body({ replikas: 3 }));
    expect([dropped.status, dropped.headers.warning]).toEqual([201, undefined]);
  });

  it("are none in what the lab itself keeps", async () => {
    await start();
    for (const [group, plural] of [
      ["apps/v1", "deployments"],
      ["apps/v1", "statefulsets"],
      ["apps/v1", "daemonsets"],
      ["batch/v1", "jobs"],
      ["policy/v1", "poddisruptionbudgets"],
    ]) {
      for (const item of items((await api.ask(`/apis/${group}/${plural}`)).body, "items")) {
        const [namespace, name] = [words(item, "metadata", "namespace"), words(item, "metadata", "name")];
        const at = `/apis/${group}/namespaces/${namespace}/${plural}/${name}?fieldValidation=Strict&dryRun=All`;
        const kept = await api.ask(at, { method: "PUT", body: item });
        expect([name, kept.status, kept.body.message]).toEqual([name, 200, undefined]);
      }
    }
  });
});

it("answers a dry run of a scale with what would be, and keeps nothing", async () => {
  await start();
  const tried = await api.ask(`${storefront}/scale?dryRun=All`, {
    method: "PATCH",
    type: "application/merge-patch+json",
    body: { spec: { replicas: 9 } },
  });
  expect(tried.body).toMatchObject({ kind: "Scale", spec: { replicas: 9 } });
  expect(api.cluster.deployments.get("shop", "storefront")?.spec.replicas).toBe(4);
});

it("lets watches stand silent, while everything else answers", async () => {
  await start();
  const watching = await api.watch(`${pods}?watch=1&timeoutSeconds=60`);
  await vi.waitFor(() => expect(watching.events.length).toBeGreaterThan(8));
  api.world.inject(["kube-silent-watch"]);
  const before = watching.events.length;
  await api.ask(`${pods}/ledger-0?gracePeriodSeconds=0`, { method: "DELETE" });
  await api.settle(90_000);
  api.world.clear();
  await api.settle(2_000);
  expect([watching.events.length, watching.ended]).toEqual([before, false]);
  expect((await api.ask(pods)).status).toBe(200);
});
