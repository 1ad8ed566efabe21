import type { VirtualTask } from "../../../world/virtual/model.ts";
import { child, children, isTrue, wordsOf } from "../soap/element.ts";
import { referenceOf } from "../soap/request.ts";
import { data, element, link, list, type Reference, type Value } from "../soap/values.ts";
import { invalidArgument, notFound, VimFault, vimFaultOf } from "../soap/vim-fault.ts";
import { type Call, type Methods, returns, returnsTask } from "./call.ts";

const guestOf = (call: Call) => call.center.needGuest(call.on);

/** What a method begins that answers nothing: a fault that it has at once is its own. */
function answersNothing(call: Call, task: VirtualTask): string {
  if (task.fault) throw vimFaultOf(task.fault, { object: call.on, power: guestOf(call).power });
  return "";
}

function hostIn(call: Call, name: string): string | undefined {
  const reference = referenceOf(child(call.arguments, name));
  return reference ? call.center.needHost(reference).id : undefined;
}

function snapshotOf(call: Call): { guest: string; snapshot: string } {
  const found = call.center.snapshot(call.on);
  if (!found) throw notFound(call.on);
  return { guest: found.guest.id, snapshot: found.snapshot.id };
}

/** A host of the cluster of a resource pool: any, when only the pool is named. */
function migrate(call: Call): string {
  const guest = guestOf(call);
  const host = hostIn(call, "host");
  if (host === undefined) throw invalidArgument("host");
  const wanted = wordsOf(call.arguments, "state");
  if (wanted === "poweredOn" && guest.power !== "on") {
    throw vimFaultOf(
      { code: "wrong-power-state", words: "" },
      { object: call.on, power: guest.power, wanted: "on" },
    );
  }
  return returnsTask(call.center.virtual.migrate(guest.id, call.session.user, { host }));
}

function relocate(call: Call): string {
  const guest = guestOf(call);
  const spec = child(call.arguments, "spec");
  if (!spec) throw invalidArgument("spec");
  const host = referenceOf(child(spec, "host"));
  const storage = referenceOf(child(spec, "datastore"));
  const place = storage && call.center.storage(storage);
  if (storage && !place) throw notFound(storage);
  const to = {
    ...(host ? { host: call.center.needHost(host).id } : {}),
    ...(place && guest.disks.some((disk) => disk.storage !== place.id) ? { storage: place.id } : {}),
  };
  return returnsTask(call.center.virtual.migrate(guest.id, call.session.user, to));
}

/** Whether guests could be moved to hosts (CheckResult for each pair), as the result of a task. */
function queryCompatibility(call: Call): string {
  const { center, session } = call;
  const guests = children(call.arguments, "vm").flatMap((each) => referenceOf(each) ?? []);
  const hosts = children(call.arguments, "host").flatMap((each) => referenceOf(each) ?? []);
  const pairs = guests.flatMap((vm) =>
    hosts.map((host) => ({ vm: center.needGuest(vm), host: center.needHost(host) })),
  );
  const [first] = pairs;
  if (!first) throw invalidArgument("vm");
  const results = (): Value =>
    list(
      "CheckResult",
      pairs.map(({ vm, host }) => {
        const obstacle = center.virtual.migrationObstacle(vm.id, host.id);
        const object: Reference = center.guestReference(vm);
        return data("CheckResult", {
          vm: link(object),
          host: link(center.hostReference(host)),
          error: obstacle ? vimFaultOf(obstacle, { object, power: vm.power }).toValue() : undefined,
        });
      }),
    );
  const task = center.virtual.begin({
    name: "vm.check.queryVMotionCompatibilityEx",
    // It works on no guest: what keeps a guest's tasks from ending does not keep it.
    target: first.host.id,
    by: session.user,
    milliseconds: 500,
    finish(done) {
      center.keepResult(done.id, results());
    },
  });
  return returnsTask(task);
}

/** VirtualMachine, VirtualMachineSnapshot and VirtualMachineProvisioningChecker. */
export const guestMethods: Methods = {
  PowerOnVM_Task: (call) =>
    returnsTask(call.center.virtual.powerOnGuest(guestOf(call).id, call.session.user)),
  PowerOffVM_Task: (call) =>
    returnsTask(call.center.virtual.powerOffGuest(guestOf(call).id, call.session.user)),
  ResetVM_Task: (call) => returnsTask(call.center.virtual.resetGuest(guestOf(call).id, call.session.user)),
  SuspendVM_Task: (call) =>
    returnsTask(call.center.virtual.suspendGuest(guestOf(call).id, call.session.user)),
  ShutdownGuest: (call) =>
    answersNothing(call, call.center.virtual.shutDownGuest(guestOf(call).id, call.session.user)),
  RebootGuest: (call) =>
    answersNothing(call, call.center.virtual.rebootGuest(guestOf(call).id, call.session.user)),
  CreateSnapshot_Task: (call) =>
    returnsTask(
      call.center.virtual.createSnapshot(guestOf(call).id, call.session.user, {
        name: wordsOf(call.arguments, "name") ?? "",
        description: wordsOf(call.arguments, "description") ?? "",
        withMemory: isTrue(call.arguments, "memory"),
      }),
    ),
  RemoveSnapshot_Task(call) {
    const { guest, snapshot } = snapshotOf(call);
    const withChildren = isTrue(call.arguments, "removeChildren");
    return returnsTask(call.center.virtual.deleteSnapshot(guest, call.session.user, snapshot, withChildren));
  },
  RevertToSnapshot_Task(call) {
    const { guest, snapshot } = snapshotOf(call);
    return returnsTask(call.center.virtual.revertSnapshot(guest, call.session.user, snapshot));
  },
  RevertToCurrentSnapshot_Task(call) {
    const guest = guestOf(call);
    if (guest.current === null) throw new VimFault("NotFound", "The virtual machine has no current snapshot");
    return returnsTask(call.center.virtual.revertSnapshot(guest.id, call.session.user, guest.current));
  },
  RemoveAllSnapshots_Task(call) {
    const guest = guestOf(call);
    const [root] = guest.snapshots;
    if (!root) throw new VimFault("NotFound", "The virtual machine has no snapshots");
    return returnsTask(call.center.virtual.deleteSnapshot(guest.id, call.session.user, root.id, true));
  },
  MigrateVM_Task: migrate,
  RelocateVM_Task: relocate,
  QueryVMotionCompatibilityEx_Task: queryCompatibility,
  Destroy_Task: (call) => returnsTask(call.center.virtual.removeGuest(guestOf(call).id, call.session.user)),
  /** A ticket for the screen (VirtualMachineTicket); it opens one session and soon expires. */
  AcquireTicket(call) {
    const guest = guestOf(call);
    const type = wordsOf(call.arguments, "ticketType") ?? "";
    if (type !== "webmks") throw invalidArgument("ticketType");
    if (guest.power !== "on") {
      throw vimFaultOf(
        { code: "wrong-power-state", words: "" },
        { object: call.on, power: guest.power, wanted: "on" },
      );
    }
    return returns(
      call.tickets
        .issue(guest)
        .map(([name, value]) => element(name, value))
        .join(""),
    );
  },
};
