import { expect, test } from "vitest";
import { readXml } from "../../../xml.ts";
import type { VimSession } from "../../client/session.ts";
import { VimFault } from "../../client/vim-fault.ts";
import { askCompatibility } from "./compatibility.ts";

const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const result = (checks: string) =>
  `<propSet><name>info.state</name><val>success</val></propSet><propSet><name>info.result</name><val xsi:type="ArrayOfCheckResult">${checks}</val></propSet>`;
const check = (vm: string, host: string, error = "") =>
  `<CheckResult><vm type="VirtualMachine">${vm}</vm><host type="HostSystem">${host}</host>${error}</CheckResult>`;
const errorOf = (type: string) =>
  `<error><fault xsi:type="${type}"/><localizedMessage>secret words</localizedMessage></error>`;
const state = (word: string) => `<propSet><name>info.state</name><val>${word}</val></propSet>`;

/** A vCenter whose check is answered by `looks`, one after the other, the last for good; `begin` throws for one without. */
function checker(looks: readonly string[], begin: () => void = () => undefined, has = true) {
  const calls: { method: string; parameters: string }[] = [];
  let look = 0;
  const session = {
    name: "vc",
    content: async () => ({
      propertyCollector: { type: "PropertyCollector", id: "pc" },
      provisioningChecker: has ? { type: "VirtualMachineProvisioningChecker", id: "check" } : null,
    }),
    async call({ method, parameters = "" }: { method: string; parameters?: string }) {
      calls.push({ method, parameters });
      if (method !== "RetrievePropertiesEx") {
        begin();
        return readXml('<R><returnval type="Task">task-1</returnval></R>');
      }
      const properties = looks[Math.min(look++, looks.length - 1)] ?? "";
      return readXml(
        `<R ${xsi}><returnval><objects><obj type="Task">task-1</obj>${properties}</objects></returnval></R>`,
      );
    },
  };
  let time = 0;
  const parts = {
    system: "vc",
    session: session as unknown as VimSession,
    now: () => time,
    wait: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
  return { calls, ask: (vms: string[], hosts: string[]) => askCompatibility(parts, vms, hosts, never) };
}
const never = new AbortController().signal;

test("every VM is asked about with every host, and what is against a pair is told in words of ours", async () => {
  const checks = [
    check("vm-1", "host-2"),
    check("vm-1", "host-3", errorOf("CpuIncompatible1ECX")),
    check("vm-2", "host-2", `${errorOf("VMotionNotConfigured")}${errorOf("SomethingElse")}`),
    "<CheckResult/>",
  ];
  const { ask, calls } = checker([state("queued"), state("running"), result(checks.join(""))]);
  const found = await ask(["vm-1", "vm-2"], ["host-2", "host-3"]);
  const [asked] = calls;
  expect(asked?.method).toBe("QueryVMotionCompatibilityEx_Task");
  for (const id of ["vm-1", "vm-2", "host-2", "host-3"]) expect(asked?.parameters).toContain(`>${id}<`);
  expect([...found].map(([vm, hosts]) => [vm, [...hosts.keys()]])).toEqual([
    ["vm-1", ["host-3"]],
    ["vm-2", ["host-2"]],
  ]);
  expect(found.get("vm-1")?.get("host-3")?.fr).toContain("processeurs");
  expect(JSON.stringify([...(found.get("vm-2") ?? [])])).not.toContain("secret words");
});

test("nothing is held against any where the check is not to be had, fails, is gone, or takes too long", async () => {
  const faulty = (fault: string) => () => {
    throw new VimFault(fault, "vc");
  };
  const cases = [
    checker([], undefined, false),
    ...["MethodNotFound", "NotSupported", "NoPermission"].map((fault) => checker([], faulty(fault))),
    checker([state("error")]),
    checker([""]),
    checker([state("running")]),
  ];
  for (const { ask } of cases) expect(await ask(["vm-1"], ["host-2"])).toEqual(new Map());
  expect(cases.at(-1)?.calls.length).toBeLessThan(60);
  const idle = checker([result("")]);
  expect(await idle.ask([], ["host-2"])).toEqual(new Map());
  expect(idle.calls).toEqual([]);
});

test("a lost session is not taken for an answer", async () => {
  const { ask } = checker([], () => {
    throw new VimFault("NotAuthenticated", "vc");
  });
  await expect(ask(["vm-1"], ["host-2"])).rejects.toMatchObject({ code: "vsphere.not-authenticated" });
});
