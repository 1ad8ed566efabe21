import { expect, test } from "vitest";
import type { Kubectl } from "./kubectl.ts";

/** Where the scenario is played: an API, and whoever plays the kubelet of its node. */
export interface Stage {
  kubectl: Kubectl;
  /** Makes sure that the pods of the namespace that are there and not ending are ready. */
  makeReady(namespace: string): Promise<void>;
}

const namespace = "scenario";
const node = "scenario-node";
const inside = ["-n", namespace];
const json = (value: unknown) => JSON.stringify(value);
const soon = { timeout: 40_000, interval: 500 };

const deployment = (image: string) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace, labels: { app: "web" } },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: {
        nodeName: node,
        containers: [{ name: "web", image, env: [{ name: "A", value: "1" }] }],
      },
    },
  },
});

/** The same steps on any API server, one after the other: what kubectl does must come out alike. */
export function playScenario(stage: () => Stage): void {
  const say = (words: readonly string[], input?: string) => stage().kubectl.say(words, input);
  const run = (words: readonly string[], input?: string) => stage().kubectl.run(words, input);
  const path = (what: string, where: string) => say([...inside, "get", what, "-o", `jsonpath=${where}`]);
  const podNames = async (): Promise<string[]> => {
    const list: { items: { metadata: { name: string; deletionTimestamp?: string } }[] } = JSON.parse(
      await say([...inside, "get", "pods", "-o", "json"]),
    );
    return list.items
      .filter(({ metadata }) => !metadata.deletionTimestamp)
      .map(({ metadata }) => metadata.name);
  };

  test("makes a namespace and a node", async () => {
    expect(await say(["create", "namespace", namespace])).toBe(`namespace/${namespace} created\n`);
    const made = { apiVersion: "v1", kind: "Node", metadata: { name: node } };
    expect(await say(["create", "-f", "-"], json(made))).toBe(`node/${node} created\n`);
    const again = await run(["create", "namespace", namespace]);
    expect(again.status).toBe(1);
    expect(again.error).toContain(
      `Error from server (AlreadyExists): namespaces "${namespace}" already exists`,
    );
  });

  test("applies a deployment: a dry run first, then in earnest, then again", async () => {
    const words = json(deployment("registry.atelier.example/web:1"));
    expect(await say(["apply", "--dry-run=server", "-f", "-"], words)).toBe(
      "deployment.apps/web created (server dry run)\n",
    );
    expect((await run([...inside, "get", "deployment", "web"])).error).toContain("(NotFound)");
    expect(await say(["apply", "-f", "-"], words)).toBe("deployment.apps/web created\n");
    expect(await say(["apply", "-f", "-"], words)).toBe("deployment.apps/web unchanged\n");
    await expect.poll(async () => (await podNames()).length, soon).toBe(3);
  });

  test("sees it become ready", async () => {
    await stage().makeReady(namespace);
    expect(await say([...inside, "rollout", "status", "deployment/web", "--timeout=40s"])).toContain(
      'deployment "web" successfully rolled out',
    );
    const [head = "", ...rows] = (await say([...inside, "get", "pods"])).trim().split("\n");
    expect(head.split(/ {2,}/)).toEqual(["NAME", "READY", "STATUS", "RESTARTS", "AGE"]);
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatch(/^web-\S+-\S{5} +1\/1 +Running +0 +[\dms]+$/);
  });

  test("lists in chunks and by selectors", async () => {
    const all = await podNames();
    const chunked = await say([...inside, "get", "pods", "--chunk-size=1", "-o", "name"]);
    expect(chunked.trim().split("\n")).toEqual(all.map((name) => `pod/${name}`));
    const count = async (...words: string[]) =>
      (await say([...inside, "get", "pods", "-o", "name", ...words])).trim().split("\n").filter(Boolean)
        .length;
    expect(await count("-l", "app in (web,other),!missing")).toBe(3);
    expect(await count("-l", "app!=web")).toBe(0);
    expect(await count("--field-selector", `spec.nodeName=${node}`)).toBe(3);
    expect(await count("--field-selector", "status.phase!=Running")).toBe(0);
    const wrong = await run([...inside, "get", "pods", "--field-selector", "spec.nothing=1"]);
    expect(wrong.error).toMatch(/field label not supported/);
  });

  test("resumes a watch from a version", async () => {
    const version = (await path("deployment/web", "{.metadata.resourceVersion}")).trim();
    await say([...inside, "label", "deployment/web", "seen=yes"]);
    const watch = (from: string) =>
      say([
        "get",
        "--raw",
        `/apis/apps/v1/namespaces/${namespace}/deployments?watch=1&timeoutSeconds=2&resourceVersion=${from}`,
      ]);
    const events = (await watch(version))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toMatchObject({
      type: "MODIFIED",
      object: { metadata: { name: "web", labels: { seen: "yes" } } },
    });
  });

  test("patches by every kind of patch", async () => {
    const patch = (type: string, change: unknown) =>
      run([...inside, "patch", "deployment", "web", `--type=${type}`, "-p", json(change)]);
    await patch("merge", { metadata: { labels: { seen: null, kept: "yes" } }, spec: { paused: true } });
    const change = { containers: [{ name: "web", env: [{ name: "B", value: "2" }] }] };
    expect((await patch("strategic", { spec: { template: { spec: change } } })).status).toBe(0);
    const at = "/spec/template/spec/containers/0/env/0/value";
    expect((await patch("json", [{ op: "replace", path: at, value: "3" }])).status).toBe(0);
    const impossible = await patch("json", [{ op: "remove", path: "/spec/nothing" }]);
    expect(impossible.status).toBe(1);
    const made = JSON.parse(await say([...inside, "get", "deployment", "web", "-o", "json"]));
    expect(made.metadata.labels).toEqual({ app: "web", kept: "yes" });
    const env: { name: string; value: string }[] = made.spec.template.spec.containers[0].env;
    expect(env.map(({ name, value }) => `${name}=${value}`).sort()).toHaveLength(2);
    const back = {
      containers: [
        {
          name: "web",
          env: [
            { name: "B", $patch: "delete" },
            { name: "A", value: "1" },
          ],
        },
      ],
    };
    expect((await patch("strategic", { spec: { paused: false, template: { spec: back } } })).status).toBe(0);
    const after = JSON.parse(await say([...inside, "get", "deployment", "web", "-o", "json"]));
    expect(
      after.spec.template.spec.containers[0].env.some((entry: { name: string }) => entry.name === "B"),
    ).toBe(false);
  });

  test("refuses what is stale, unnamed or out of bounds", async () => {
    await stage().makeReady(namespace);
    const stale = JSON.parse(await say([...inside, "get", "deployment", "web", "-o", "json"]));
    stale.metadata.resourceVersion = "1";
    const refused = await run([...inside, "replace", "-f", "-"], json(stale));
    expect(refused.error).toContain("(Conflict): error when replacing");
    expect(refused.error).toContain(
      "the object has been modified; please apply your changes to the latest version",
    );
    const unnamed = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "No Name", namespace } };
    expect((await run(["create", "-f", "-"], json(unnamed))).error).toContain(
      'The ConfigMap "No Name" is invalid: metadata.name',
    );
    const other = { spec: { selector: { matchLabels: { app: "other" } } } };
    const immutable = await run([...inside, "patch", "deployment", "web", "--type=merge", "-p", json(other)]);
    expect(immutable.error).toContain('The Deployment "web" is invalid');
  });

  test("evicts only what a disruption budget allows", async () => {
    await expect
      .poll(async () => {
        await stage().makeReady(namespace);
        return path("deployment/web", "{.status.readyReplicas}/{.status.updatedReplicas}/{.status.replicas}");
      }, soon)
      .toBe("3/3/3");
    const versions = (await say(["api-versions"])).split("\n");
    const version = versions.includes("policy/v1") ? "policy/v1" : "policy/v1beta1";
    const budget = {
      apiVersion: version,
      kind: "PodDisruptionBudget",
      metadata: { name: "web", namespace },
      spec: { minAvailable: 3, selector: { matchLabels: { app: "web" } } },
    };
    await say(["create", "-f", "-"], json(budget));
    await expect
      .poll(() => path("pdb/web", "{.status.currentHealthy}/{.status.desiredHealthy}"), soon)
      .toBe("3/3");
    const [name = ""] = await podNames();
    const evict = () => {
      const eviction = { apiVersion: version, kind: "Eviction", metadata: { name, namespace } };
      const where = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
      return run(["create", "--raw", where, "-f", "-"], json(eviction));
    };
    const held = await evict();
    expect(held.status).toBe(1);
    expect(held.error).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    expect(await podNames()).toContain(name);
    await say([...inside, "patch", "pdb", "web", "--type=merge", "-p", json({ spec: { minAvailable: 2 } })]);
    await expect.poll(() => path("pdb/web", "{.status.disruptionsAllowed}"), soon).toBe("1");
    expect(JSON.parse((await evict()).output)).toMatchObject({
      kind: "Status",
      status: "Success",
      code: 201,
    });
    expect(await podNames()).not.toContain(name);
  });

  test("cordons and uncordons", async () => {
    expect(await say(["cordon", node])).toBe(`node/${node} cordoned\n`);
    const taints = () =>
      say(["get", "node", node, "-o", "jsonpath={.spec.unschedulable} {.spec.taints[*].key}"]);
    await expect.poll(taints, soon).toMatch(/^true .*node\.kubernetes\.io\/unschedulable/);
    expect(await say(["uncordon", node])).toBe(`node/${node} uncordoned\n`);
    await expect.poll(taints, soon).not.toContain("node.kubernetes.io/unschedulable");
  });

  test("says what somebody may do", async () => {
    expect(await say(["auth", "can-i", "delete", "nodes"])).toBe("yes\n");
    expect(await say(["auth", "can-i", "--list"])).toMatch(/\*\.\* +\[\] +\[\] +\[\*\]/);
  });

  test("scales down and takes everything away", async () => {
    expect(await say([...inside, "scale", "deployment/web", "--replicas=0"])).toBe(
      "deployment.apps/web scaled\n",
    );
    await say([...inside, "delete", "pods", "--all", "--force", "--grace-period=0", "--timeout=30s"]);
    expect(await say([...inside, "delete", "deployment", "web", "--timeout=30s"])).toContain('"web" deleted');
    await expect.poll(() => say([...inside, "get", "replicasets", "-o", "name"]), soon).toBe("");
    expect(await say(["delete", "node", node])).toContain(`"${node}" deleted`);
    expect(await say(["delete", "namespace", namespace, "--timeout=50s"])).toContain(
      `"${namespace}" deleted`,
    );
    expect((await run(["get", "namespace", namespace])).error).toContain("(NotFound)");
  });
}
