import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parse, stringify } from "yaml";
import type { RunState } from "../../src/shared/run.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { withQuickKubernetes } from "./support/quick-kubernetes.ts";
import { known, reaches, started, step } from "./support/runs.ts";

const secret = "cluster-east/tls-secrets/web-front/partners-tls";
const check = "checks/partners-east";
let lab: SliceLab;
let console: OpenConsole;

// Whole renewals, each of some seconds when nothing else keeps the machine busy.
vi.setConfig({ testTimeout: 180_000 });

// By a clock that runs fast, what Vault signs would not be valid yet by that of the console.
beforeAll(async () => {
  lab = await SliceLab.start({ sites: "all", speed: 1 });
  const estate = lab.estateWith("certificates.yaml", (whole) => {
    const { systems, ...rest } = parse(whole);
    const { partners } = { partners: systems.checks.checks["partners-east"] };
    return stringify({
      ...rest,
      plans: {},
      procedures: {},
      systems: {
        vault: { ...systems.vault, every: "1s" },
        announce: { ...systems.announce, every: "1s" },
        "cluster-east": { ...systems["cluster-east"], importsFrom: undefined },
        checks: { ...systems.checks, every: "1s", checks: { "partners-east": partners } },
      },
    });
  });
  console = await OpenConsole.open({
    estate,
    dataFolder: lab.path("data"),
    definitions: withQuickKubernetes,
  });
  await known(console, secret, check, "vault/cluster", "announce/support");
}, 180_000);
afterAll(async () => {
  await console?.close();
  await lab?.stop();
});

const fact = (id: string, key: string) => console.resource(id).facts[key]?.value ?? null;
const served = () => fact(check, "tls.fingerprint");
/** Where the keys are of the requests that stand. */
const requests = async () =>
  (await console.first(console.window.certificates.of({ id: secret }))).requests.map(({ key }) => key);
const renewal = () => started(console, "renew-certificate", { certificate: secret, check, signer: "vault" });
const hasEnded = ({ endedAt, status, steps }: RunState) =>
  endedAt !== null || (status !== "running" && steps.some(({ state }) => state === "failed"));

describe("what an OpenShift keeps", () => {
  it("is on the list beside all others, and nothing of it is in trouble", async () => {
    const kept = [
      "cluster-east/tls-secrets/openshift-monitoring/prometheus-k8s-tls",
      "cluster-east/older-tls-secrets/openshift-kube-apiserver-operator/loadbalancer-serving-signer",
      "cluster-east/ca-bundles/openshift-config-managed/default-ingress-cert",
      "cluster-east/ca-bundles/services",
    ];
    await known(console, ...kept);
    for (const id of kept) {
      await expect
        .poll(async () => (await console.first(console.window.certificates.of({ id }))).certificate?.state, {
          timeout: 60_000,
        })
        .toBe("ok");
    }
  });
});

describe("a certificate in a TLS secret", () => {
  it("stays as it is while Vault is sealed; what is installed after that is put back by a roll-back, key and all", async () => {
    const first = served();
    for (const node of ["vault-1", "vault-2", "vault-3"]) await lab.control.fault("vault-sealed", node);
    const run = await renewal();
    const held = await reaches(console, run, hasEnded, "held by a sealed Vault");
    expect([step(held, "request")?.state, step(held, "request")?.reason?.en]).toEqual([
      "failed",
      expect.stringContaining("sealed"),
    ]);
    expect([served(), await requests()]).toEqual([first, []]);

    await lab.control.clear();
    // Served, but not well: what was installed is taken back then.
    await lab.control.fault("web-unavailable", "east");
    await console.until("Vault is open", () => fact("vault/cluster", "vault.state") === "open");
    await console.window.procedures.retry({ id: run, node: "request" });
    const isUnwell = (state: RunState) => step(state, "answers")?.state === "failed" && hasEnded(state);
    const unwell = await reaches(console, run, isUnwell, "installed", [check]);
    expect(step(unwell, "served")?.state).toBe("verified");
    const second = served();
    expect(second).not.toBe(first);

    await lab.control.clear();
    await console.window.procedures.rollBack({ id: run, reason: "trial" });
    const back = await reaches(console, run, ({ endedAt }) => endedAt !== null, "rolled back");
    expect(["install", "request", "sign"].map((node) => step(back, node)?.state)).toEqual([
      "compensated",
      "compensated",
      "compensated",
    ]);
    await console.until("the check is read again", () => served() === first);
    // Written only when Vault, asked after that, says itself that it is revoked.
    const { events } = await console.window.journal.page({ limit: 500 });
    const signed = events.find(({ type }) => type === "certificate.signed")?.data.certificate;
    expect(new X509Certificate(String(signed)).fingerprint256).toBe(second);
    expect(events.filter(({ type }) => type === "certificate.taken-back")).toMatchObject([
      { subject: secret },
    ]);
    expect(await requests()).toEqual([]);
  });

  it("is renewed by Vault with a key that stays there, and seen from outside", async () => {
    const first = served();
    const run = await reaches(console, await renewal(), hasEnded, "renewed", [check]);
    expect([run.status, step(run, "signed")]).toEqual(["completed", undefined]);
    expect(served()).not.toBe(first);
    expect(await requests()).toEqual([
      expect.stringMatching(
        /^vault:secret\/certificates\/certificate-web-front-partners-tls-[0-9-]+#key$/,
      ) as unknown as string,
    ]);
    const { events } = await console.window.journal.page({});
    expect(JSON.stringify(events)).not.toContain("PRIVATE KEY");
  });
});
