import { afterAll, beforeAll, expect, test } from "vitest";
import type { LabControl } from "../../../src/lab/control.ts";
import { describeCounterpart } from "../counterpart.ts";
import { findApiServer, RealApiServer } from "./api-server.ts";
import { findKubectl, Kubectl } from "./kubectl.ts";
import { LabProcess } from "./lab.ts";
import { playScenario } from "./scenario.ts";

const foundKubectl = findKubectl();
const soon = { timeout: 40_000, interval: 300 };

describeCounterpart("kubectl against the lab", foundKubectl, () => {
  let lab: LabProcess;
  let control: LabControl;
  let kubectl: Kubectl;
  const say = (words: readonly string[], input?: string) => kubectl.say(words, input);

  beforeAll(async () => {
    lab = await LabProcess.start();
    control = lab.control;
    kubectl = new Kubectl(lab.kubeconfig);
  });
  afterAll(async () => {
    kubectl?.close();
    await lab?.stop();
  });

  // The lab's nodes run their pods by themselves.
  playScenario(() => ({ kubectl, makeReady: async () => {} }));

  test("shows nodes with their boots, and what runs on them", async () => {
    const described = await say(["describe", "node", "web-1"]);
    const machine = (await control.status()).machines.find(({ id }) => id === "web-1");
    expect(described).toContain(machine?.bootId);
    expect(described).toMatch(/Non-terminated Pods: +\(\d+ in total\)/);
    expect(described).not.toContain("<invalid>");
  });

  test("drains a node by the operator's rights, and lets it work again", async () => {
    const drain = [
      "--context",
      "operator",
      "drain",
      "web-2",
      "--ignore-daemonsets",
      "--delete-emptydir-data",
    ];
    const output = await say([...drain, "--timeout=50s"]);
    expect(output).toContain("node/web-2 drained");
    const left = await say(["get", "pods", "-A", "--field-selector", "spec.nodeName=web-2", "-o", "name"]);
    expect(
      left
        .trim()
        .split("\n")
        .every((name) => /network-agent|node-metrics/.test(name)),
    ).toBe(true);
    expect(await say(["--context", "operator", "uncordon", "web-2"])).toBe("node/web-2 uncordoned\n");
  });

  test("does not drain what a budget never allows, and says which", async () => {
    await control.fault("kube-pdb-never");
    const name = (await say(["get", "pod", "ledger-0", "-o", "jsonpath={.spec.nodeName}"])).trim();
    const words = [
      "drain",
      name,
      "--ignore-daemonsets",
      "--delete-emptydir-data",
      "--force",
      "--timeout=10s",
    ];
    const ended = await kubectl.run(words);
    await control.clear();
    await say(["uncordon", name]);
    expect(ended.status).toBe(1);
    expect(ended.error).toContain("Cannot evict pod as it would violate the pod's disruption budget");
    expect(await say(["get", "pod", "ledger-0", "-o", "jsonpath={.metadata.deletionTimestamp}"])).toBe("");
  });

  test("runs commands in pods, hands input over and gives their status", async () => {
    const ended = await kubectl.run(["exec", "ledger-0", "--", "sh", "-c", "hostname; exit 5"]);
    expect(ended).toMatchObject({ output: "ledger-0\n", status: 5 });
    expect(await say(["exec", "-i", "ledger-0", "--", "cat"], "one\ntwo\n")).toBe("one\ntwo\n");
  });

  test("reads logs: the end, with times, of several pods, and as they come", async () => {
    expect((await say(["logs", "ledger-0", "--tail=3"])).trim().split("\n")).toHaveLength(3);
    expect(await say(["logs", "ledger-0", "--tail=1", "--timestamps"])).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z level=/,
    );
    const many = await say(["logs", "-l", "app=storefront", "--tail=1", "--prefix"]);
    expect(new Set(many.match(/^\[pod\/\S+\/storefront\]/gm)).size).toBeGreaterThan(1);
    let removed: Promise<string> | null = null;
    const followed = await kubectl.run(["logs", "ledger-1", "--tail=0", "-f"], "", {}, ({ output }) => {
      if (output.split("\n").length <= 2) return;
      removed ??= say(["delete", "pod", "ledger-1", "--grace-period=0", "--force"]);
    });
    // It ends by itself when there is nothing more to come.
    expect(followed.status).toBe(0);
    expect(await removed).toContain('pod "ledger-1" force deleted');
  });

  test("forwards a port, over WebSocket and over SPDY", async () => {
    const [pod = ""] = (await say(["get", "pods", "-l", "app=storefront", "-o", "name"])).split("\n");
    for (const webSockets of ["true", "false"]) {
      let address = "";
      const stop = await kubectl.start(
        ["port-forward", pod, ":8080", ":81"],
        (line) => {
          address ||= /Forwarding from (127\.0\.0\.1:\d+) -> 8080/.exec(line)?.[1] ?? "";
          return /Forwarding from 127\.0\.0\.1:\d+ -> 81/.test(line);
        },
        { KUBECTL_PORT_FORWARD_WEBSOCKETS: webSockets },
      );
      const page = await fetch(`http://${address}/`);
      expect(await page.text()).toContain(`<h1>${pod.replace("pod/", "")}</h1>`);
      const bytes = await (await fetch(`http://${address}/bytes/3000000`)).arrayBuffer();
      expect(bytes.byteLength).toBe(3_000_000);
      await stop();
    }
  });

  test("runs commands over SPDY as well, as before 1.31", async () => {
    const words = ["exec", "-i", "ledger-0", "--", "sh", "-c", "cat; echo wrong >&2; exit 4"];
    const ended = await kubectl.run(words, "right\n", { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false" });
    expect(ended).toMatchObject({ output: "right\n", status: 4 });
    expect(ended.error).toContain("wrong");
  });

  test("tells what nodes and pods use", async () => {
    const nodes = (await say(["top", "nodes", "--no-headers"])).trim().split("\n");
    expect(nodes).toHaveLength(8);
    for (const line of nodes) expect(line).toMatch(/^\S+ +[1-9]\d*m +\d+% +[1-9]\d*Mi +\d+%/);
    expect(await say(["top", "pod", "ledger-0", "--containers", "--no-headers"])).toMatch(
      /^ledger-0 +ledger +/,
    );
  });

  test("rolls a StatefulSet back by its revisions", async () => {
    const image = () =>
      say(["get", "sts", "ledger", "-o", "jsonpath={.spec.template.spec.containers[0].image}"]);
    const before = await image();
    await say(["set", "image", "sts/ledger", "ledger=registry.atelier.example/shop/ledger:16.0.0"]);
    await expect.poll(() => say(["rollout", "history", "sts/ledger"]), soon).toMatch(/\n2 +<none>/);
    expect(await say(["rollout", "undo", "sts/ledger"])).toContain("rolled back");
    expect(await image()).toBe(before);
    await say(["rollout", "status", "sts/ledger", "--timeout=40s"]);
  });

  test("edits, tells differences and applies on the server, and refuses fields that there are not", async () => {
    const shown = await say(["get", "deployment", "orders", "-o", "json"]);
    const more = shown.replace('"replicas": 3,', '"replicas": 4,');
    const difference = await kubectl.run(["diff", "-f", "-"], more);
    expect([difference.status, /^\+ +replicas: 4$/m.test(difference.output)]).toEqual([1, true]);
    const apply = ["apply", "--server-side", "--force-conflicts", "--dry-run=server", "-f", "-"];
    expect(await say(apply, more)).toContain("serverside-applied (server dry run)");
    const wrong = shown.replace('"replicas": 3,', '"replikas": 3,');
    expect((await kubectl.run(["replace", "-f", "-"], wrong)).error).toContain(
      'unknown field "spec.replikas"',
    );
    const edit = await kubectl.run(["edit", "deployment", "orders"], "", {
      KUBE_EDITOR: "sed -i s/orders:5.0.3/orders:5.0.4/",
    });
    expect([edit.output, edit.status]).toEqual(["deployment.apps/orders edited\n", 0]);
  });

  test("tells events, Jobs, quotas and what a log-in may do", async () => {
    expect(await say(["get", "events", "-n", "staging"])).toMatch(/Warning +BackOff +pod\/importer-/);
    expect(await say(["get", "cronjobs,jobs", "-n", "billing"])).toMatch(/nightly-close-\d+ +Complete +1\/1/);
    expect(await say(["describe", "quota", "-n", "staging"])).toMatch(/pods +[78] +8/);
    expect(await say(["--context", "viewer", "auth", "can-i", "--list"])).toMatch(
      /pods\/log .*\[get list watch\]/,
    );
    expect((await kubectl.run(["--context", "viewer", "auth", "can-i", "create", "pods/exec"])).output).toBe(
      "no\n",
    );
  });

  test("sees a node go with its machine and come back with another boot", async () => {
    const ready = () =>
      say(["get", "node", "db-1", "-o", 'jsonpath={.status.conditions[?(@.type=="Ready")].status}']);
    const boot = () => say(["get", "node", "db-1", "-o", "jsonpath={.status.nodeInfo.bootID}"]);
    const before = await boot();
    await control.power("off", "db-1");
    await expect.poll(ready, soon).toBe("Unknown");
    await control.power("on", "db-1");
    await expect.poll(ready, soon).toBe("True");
    expect(await boot()).not.toBe(before);
  });

  test("keeps to what a log-in may do", async () => {
    const refused = async (context: string, ...words: string[]) =>
      (await kubectl.run(["--context", context, ...words])).error;
    expect(await refused("viewer", "get", "secrets")).toContain("(Forbidden)");
    expect(await refused("viewer", "delete", "pod", "ledger-0")).toContain("(Forbidden)");
    expect(await refused("nobody", "get", "pods")).toContain("(Forbidden)");
    expect(await refused("expired", "get", "pods")).toMatch(/Unauthorized|logged in|expired/);
  });

  test("ends with an error on every way the API can be broken, and works afterwards", async () => {
    for (const [fault, words] of [
      ["kube-down", /refused|reset|EOF/],
      ["kube-html", /couldn't get|invalid|unable to decode|yaml|json/i],
      ["kube-hang", /Timeout|deadline|Client\.Timeout/],
      ["kube-truncated", /EOF|unexpected/],
    ] as const) {
      await control.fault(fault);
      const broken = await kubectl.run([
        "--request-timeout=3s",
        "get",
        "--raw",
        "/api/v1/namespaces/shop/pods",
      ]);
      await control.clear();
      // A page is what was asked for, as far as `--raw` goes.
      if (fault === "kube-html") expect(broken.output).toContain("<!DOCTYPE html>");
      else expect([fault, broken.status]).toEqual([fault, 1]);
      if (fault !== "kube-html") expect(broken.error).toMatch(words);
      expect(await say(["get", "pod", "ledger-0", "-o", "name"])).toBe("pod/ledger-0\n");
    }
  });

  test("is told that a version is too old, and that a list cannot be read on", async () => {
    await control.fault("kube-gone");
    await control.clear();
    const path = "/api/v1/namespaces/shop/pods";
    const said = await say(["get", "--raw", `${path}?watch=1&timeoutSeconds=2&resourceVersion=1`]);
    expect(JSON.parse(said)).toMatchObject({ type: "ERROR", object: { kind: "Status", code: 410 } });
    const first = JSON.parse(await say(["get", "--raw", `${path}?limit=1`]));
    await control.fault("kube-gone");
    const next = `${path}?limit=1&continue=${first.metadata.continue}`;
    expect((await kubectl.run(["get", "--raw", next])).error).toContain(
      "The provided continue parameter is too old",
    );
    await control.clear();
  });

  test("waits while the API is busy, and goes on", async () => {
    await control.fault("kube-busy");
    let cleared: Promise<unknown> | null = null;
    // At this level it tells every answer.
    const words = ["get", "pod", "ledger-0", "-o", "name", "-v=8"];
    const ended = await kubectl.run(words, "", {}, ({ error }) => {
      if (/Response Status: 429/.test(error)) cleared ??= control.clear();
    });
    expect(cleared).not.toBeNull();
    expect(ended).toMatchObject({ status: 0, output: "pod/ledger-0\n" });
    await cleared;
  });
});

describeCounterpart(
  "kube-apiserver, as the lab is",
  "absent" in foundKubectl ? foundKubectl : findApiServer(),
  () => {
    let real: RealApiServer;
    let kubectl: Kubectl;

    beforeAll(async () => {
      real = await RealApiServer.start();
      kubectl = new Kubectl(real.kubeconfig);
    });
    afterAll(async () => {
      kubectl?.close();
      await real?.stop();
    });

    /** There is no kubelet: what it would report is reported here. */
    const makeReady = async (namespace: string) => {
      const list = JSON.parse(await kubectl.say(["-n", namespace, "get", "pods", "-o", "json"]));
      for (const pod of list.items) {
        if (pod.metadata.deletionTimestamp || pod.status.phase === "Running") continue;
        const ready = { type: "Ready", status: "True" };
        const started = new Date().toISOString();
        const containerStatuses = pod.spec.containers.map((container: { name: string; image: string }) => ({
          name: container.name,
          image: container.image,
          imageID: "",
          ready: true,
          restartCount: 0,
          state: { running: { startedAt: started } },
        }));
        const status = { phase: "Running", conditions: [ready], containerStatuses, startTime: started };
        const words = [
          "-n",
          namespace,
          "patch",
          "pod",
          pod.metadata.name,
          "--subresource=status",
          "--type=merge",
        ];
        await kubectl.run([...words, "-p", JSON.stringify({ status })]);
      }
    };

    playScenario(() => ({ kubectl, makeReady }));
  },
);
