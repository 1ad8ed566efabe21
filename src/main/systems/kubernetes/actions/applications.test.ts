import { afterEach, beforeEach, expect, test } from "vitest";
import { Regions } from "../addons/kasten/testing/regions.ts";
import { layTestAuthority } from "../addons/testing/addon-bench.ts";

let regions: Regions;

layTestAuthority();
beforeEach(async () => {
  regions = await Regions.start("east");
});
afterEach(() => regions.close());

const billing = "cluster-east/namespaces/billing";
const run = (id: string) => regions.run(id, billing, "namespace");
const specs = () =>
  ["deployments.apps", "statefulsets.apps", "cronjobs.batch"].flatMap((name) =>
    regions.objects(name, "billing").map(({ metadata, spec }) => ({
      name: metadata.name,
      replicas: spec?.replicas,
      suspend: spec?.suspend,
      notes: Object.keys(metadata.annotations ?? {}),
    })),
  );

test("everything stops and starts again as it was, whichever console does it", async () => {
  const before = specs();
  const { verification } = await run("kubernetes.stop-applications");
  expect(verification).toMatchObject({ proven: true });
  expect(regions.objects("pods", "billing").filter(({ status }) => status?.phase === "Running")).toEqual([]);
  expect(specs()).toMatchObject([{ replicas: 0 }, { replicas: 0 }, { suspend: true }]);
  expect((await run("kubernetes.stop-applications")).probe.state).toBe("done");
  regions.begin();
  const started = await run("kubernetes.start-applications");
  expect(started.verification?.text.en).toBe("All 2 workloads have the pods that they want: 3 are ready.");
  expect(specs()).toEqual(before);
  expect((await run("kubernetes.start-applications")).probe.state).toBe("done");
});

test("a namespace is named on its cluster before it is there, and nothing is taken for started", async () => {
  const on = (id: string, namespace: string) =>
    regions.run(id, "cluster-east/cluster", "cluster", { namespace });
  expect((await on("kubernetes.stop-applications", "")).probe.state).toBe("impossible");
  expect((await on("kubernetes.start-applications", "nowhere")).probe).toMatchObject({
    state: "impossible",
    text: { en: "The namespace nowhere has nothing that could be started." },
  });
  const before = specs();
  expect((await on("kubernetes.stop-applications", "billing")).verification?.proven).toBe(true);
  regions.begin();
  expect((await on("kubernetes.start-applications", "billing")).verification?.proven).toBe(true);
  expect(specs()).toEqual(before);
});

test("what was stopped or suspended by itself before is not started with the rest", async () => {
  const [cron] = regions.objects("cronjobs.batch", "billing");
  const [invoices] = regions.objects("deployments.apps", "billing");
  if (!cron || !invoices) throw new Error("nothing to stop");
  regions.lab.cluster.collection("cronjobs.batch").put({ ...cron, spec: { ...cron.spec, suspend: true } });
  regions.lab.cluster
    .collection("deployments.apps")
    .put({ ...invoices, spec: { ...invoices.spec, replicas: 0 } });
  await run("kubernetes.stop-applications");
  await run("kubernetes.start-applications");
  expect(specs()).toMatchObject([{ replicas: 0 }, { replicas: 1 }, { suspend: true }]);
});

test("a number that somebody chose since the stop is theirs, and the next stop keeps that one", async () => {
  await run("kubernetes.stop-applications");
  const [invoices] = regions.objects("deployments.apps", "billing");
  if (!invoices) throw new Error("nothing is there");
  regions.lab.cluster
    .collection("deployments.apps")
    .put({ ...invoices, spec: { ...invoices.spec, replicas: 5 } });
  await run("kubernetes.stop-applications");
  await run("kubernetes.start-applications");
  expect(specs()).toMatchObject([{ replicas: 5 }, { replicas: 1 }, {}]);
});

test("each is the undo of the other", async () => {
  const before = specs();
  const { chosen, input, context } = regions.on("kubernetes.stop-applications", billing, "namespace");
  const probe = await chosen.probe(context, input);
  await chosen.apply(context, input, probe);
  expect((await chosen.settle(context, input, probe)).effect).toBe("happened");
  expect(await chosen.undo?.(context, input, probe)).toMatchObject({ proven: true });
  expect(specs()).toEqual(before);
});

test("a pod that does not leave is named, and that is no success", async () => {
  // As on nodes that are not heard of: nothing there ends what was asked to end.
  regions.trouble.hosts = false;
  regions.trouble.haste = 50;
  const { verification } = await run("kubernetes.stop-applications");
  expect(verification?.proven).toBe(false);
  expect(verification?.text.en).toMatch(/^Still running: pod\//);
});
