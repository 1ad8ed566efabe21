import type { LocalText } from "../../../../../shared/text.ts";
import { retrieve } from "../../client/collector.ts";
import { referenceXml } from "../../client/session.ts";
import { child, children, idAt, referenceAt, wordsAt } from "../../client/values.ts";
import { faultType, isFault, VimFault } from "../../client/vim-fault.ts";
import { usualTaskTimes, type VsphereActionParts } from "../task.ts";

/** Why a VM cannot go to a host, by VM and host. */
export type Incompatible = ReadonlyMap<string, ReadonlyMap<string, LocalText>>;

/** Milliseconds that vCenter may take to look; without an answer the move itself will show. */
const patience = 25_000;
const none: Incompatible = new Map();

/**
 * Asks vCenter which VMs could not go to which hosts (QueryVMotionCompatibilityEx_Task of the VmProvisioningChecker); it
 * changes nothing. A server that has no such, or that takes too long, says nothing against any.
 */
export async function askCompatibility(
  parts: VsphereActionParts,
  vms: readonly string[],
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<Incompatible> {
  const { session, now, wait, times } = parts;
  const { provisioningChecker } = await session.content(signal);
  if (!provisioningChecker || vms.length === 0 || hosts.length === 0) return none;
  const parameters = [
    ...vms.map((id) => referenceXml("vm", { type: "VirtualMachine", id })),
    ...hosts.map((id) => referenceXml("host", { type: "HostSystem", id })),
  ].join("");
  try {
    const method = "QueryVMotionCompatibilityEx_Task";
    const response = await session.call({ method, on: provisioningChecker, parameters, signal });
    const task = referenceAt(response, "returnval");
    if (!task) return none;
    const until = now() + patience;
    while (now() < until) {
      const values = (await retrieve(session, [task], ["info.state", "info.result"], signal)).get(task.id);
      const state = wordsAt(values?.get("info.state"));
      if (state === "success") return resultOf(session.name, values?.get("info.result"));
      if (state !== "running" && state !== "queued") return none;
      await wait(times?.look ?? usualTaskTimes.look, signal);
    }
    return none;
  } catch (thrown) {
    // It is asked beforehand and changes nothing: an older server, or a role that may not ask.
    if (isFault(thrown, "MethodNotFound", "NotSupported", "ManagedObjectNotFound", "NoPermission"))
      return none;
    throw thrown;
  }
}

/** Reads an `ArrayOfCheckResult`: the first error of each pair. */
function resultOf(name: string, result: Parameters<typeof child>[0]): Incompatible {
  const found = new Map<string, Map<string, LocalText>>();
  for (const check of children(result, "CheckResult")) {
    const [vm, host] = [idAt(check, "vm"), idAt(check, "host")];
    const error = child(check, "error");
    if (vm === null || host === null || !error) continue;
    const of = found.get(vm) ?? new Map<string, LocalText>();
    of.set(host, new VimFault(faultType(child(error, "fault")), name).why);
    found.set(vm, of);
  }
  return found;
}
