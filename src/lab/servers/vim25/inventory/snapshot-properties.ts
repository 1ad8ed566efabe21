import type { Guest, VirtualSnapshot } from "../../../world/virtual/model.ts";
import {
  data,
  flag,
  int,
  link,
  links,
  list,
  type Reference,
  time,
  type Value,
  word,
  words,
} from "../soap/values.ts";
import type { PropertyTable } from "./table.ts";
import type { VCenter } from "./vcenter.ts";

export const snapshotReference = ({ key }: VirtualSnapshot): Reference => ({
  type: "VirtualMachineSnapshot",
  id: key,
});

/** The tree of a guest's snapshots (VirtualMachineSnapshotInfo). */
export function snapshotInfo(guest: Guest, center: VCenter): Value {
  const current = guest.snapshots.find(({ id }) => id === guest.current);
  return data("VirtualMachineSnapshotInfo", {
    currentSnapshot: current ? link(snapshotReference(current)) : undefined,
    rootSnapshotList: treesBelow(guest, null, center),
  });
}

function treesBelow(guest: Guest, parent: string | null, center: VCenter): Value {
  return list(
    "VirtualMachineSnapshotTree",
    guest.snapshots
      .filter((snapshot) => snapshot.parent === parent)
      .map((snapshot) =>
        data("VirtualMachineSnapshotTree", {
          snapshot: link(snapshotReference(snapshot)),
          vm: link(center.guestReference(guest)),
          name: words(snapshot.name),
          description: words(snapshot.description),
          id: int(Number(snapshot.key.replace(/\D/g, ""))),
          createTime: time(snapshot.createdAt),
          state: word("VirtualMachinePowerState", snapshot.withMemory ? "poweredOn" : "poweredOff"),
          quiesced: flag(false),
          childSnapshotList: treesBelow(guest, snapshot.id, center),
          replaySupported: flag(false),
        }),
      ),
  );
}

/** VirtualMachineSnapshot. */
export const snapshotProperties: PropertyTable<{ guest: Guest; snapshot: VirtualSnapshot }> = {
  vm: ({ guest }, center) => link(center.guestReference(guest)),
  childSnapshot: ({ guest, snapshot }) =>
    links(guest.snapshots.filter(({ parent }) => parent === snapshot.id).map(snapshotReference)),
  value: () => list("CustomFieldValue", []),
  availableField: () => list("CustomFieldDef", []),
};
