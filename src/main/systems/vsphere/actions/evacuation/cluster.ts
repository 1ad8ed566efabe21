import type { GuestRule } from "../../../guest-plan.ts";
import type { XmlElement } from "../../../xml.ts";
import { retrieve } from "../../client/collector.ts";
import type { VimSession } from "../../client/session.ts";
import { child, children, flagAt, idAt, type Reference, wordsAt } from "../../client/values.ts";
import { VimFault } from "../../client/vim-fault.ts";
import { idsOf } from "../host-reading.ts";

/** VMs that must run on some hosts only, or must not. */
export interface HostRule {
  name: string;
  vms: ReadonlySet<string>;
  allowed: ReadonlySet<string> | null;
  forbidden: ReadonlySet<string>;
}

/** The cluster of a host, as far as moving VMs has to heed it. */
export interface ClusterNow {
  name: string;
  hosts: string[];
  /** Whether DRS moves a VM by itself. */
  movesItself(vm: string): boolean;
  together: GuestRule[];
  apart: GuestRule[];
  hostRules: HostRule[];
}

/** Reads the cluster or compute resource of a host (ClusterConfigInfoEx). Rules that are off, and without DRS all, bind nothing. */
export async function readCluster(
  session: VimSession,
  parent: Reference,
  signal: AbortSignal,
): Promise<ClusterNow> {
  const properties = parent.type === "ClusterComputeResource" ? ["configurationEx"] : [];
  const found = await retrieve(session, [parent], ["name", "host", ...properties], signal);
  const values = found.get(parent.id);
  if (!values) throw new VimFault("ManagedObjectNotFound", session.name);
  return {
    name: wordsAt(values.get("name")) ?? parent.id,
    hosts: idsOf(values.get("host")),
    ...rulesOf(values.get("configurationEx")),
  };
}

/** The rules and the automation of a `ClusterConfigInfoEx`; none of either for what is no cluster. */
export function rulesOf(config: XmlElement | undefined): Omit<ClusterNow, "name" | "hosts"> {
  const isOn = flagAt(config, "drsConfig", "enabled") === true;
  const usual = wordsAt(config, "drsConfig", "defaultVmBehavior");
  const overrides = new Map<string, string | null>();
  for (const one of children(config, "drsVmConfig")) {
    const vm = idAt(one, "key");
    const behavior = flagAt(one, "enabled") === false ? "disabled" : wordsAt(one, "behavior");
    if (vm !== null) overrides.set(vm, behavior);
  }
  const rules = isOn ? children(config, "rule").filter((rule) => flagAt(rule, "enabled") !== false) : [];
  const ofType = (type: string) => rules.filter((rule) => rule.attributes.get("type")?.endsWith(type));
  const guestRule = (rule: XmlElement): GuestRule => ({
    name: wordsAt(rule, "name") ?? "?",
    vms: children(rule, "vm").map(({ text }) => text),
  });
  const group = (name: string | null, member: "vm" | "host") => {
    const one = children(config, "group").find((each) => name !== null && wordsAt(each, "name") === name);
    return one ? new Set(children(one, member).map(({ text }) => text)) : null;
  };
  return {
    movesItself: (vm) => isOn && (overrides.get(vm) ?? usual) === "fullyAutomated",
    together: ofType("ClusterAffinityRuleSpec").map(guestRule),
    apart: ofType("ClusterAntiAffinityRuleSpec").map(guestRule),
    hostRules: ofType("ClusterVmHostRuleInfo")
      .filter((rule) => flagAt(rule, "mandatory") === true)
      .map((rule) => ({
        name: wordsAt(child(rule, "name")) ?? "?",
        vms: group(wordsAt(rule, "vmGroupName"), "vm") ?? new Set(),
        allowed: group(wordsAt(rule, "affineHostGroupName"), "host"),
        forbidden: group(wordsAt(rule, "antiAffineHostGroupName"), "host") ?? new Set(),
      })),
  };
}
