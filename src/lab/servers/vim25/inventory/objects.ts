import { fieldOf, type Reference, type Value } from "../soap/values.ts";
import { notFound, VimFault } from "../soap/vim-fault.ts";
import { alarmNames } from "./alarms.ts";
import { clusterProperties, poolProperties } from "./cluster-properties.ts";
import { datacenterProperties, folderProperties, folders, managerProperties } from "./fixed-properties.ts";
import { guestProperties } from "./guest-properties.ts";
import { hostProperties } from "./host-properties.ts";
import { snapshotProperties } from "./snapshot-properties.ts";
import { networkProperties, storageProperties } from "./storage-properties.ts";
import type { PropertyTable } from "./table.ts";
import { taskProperties } from "./task-properties.ts";
import { fixed, type VCenter } from "./vcenter.ts";

/** Reads the properties of one object. */
export interface ObjectReader {
  /** The names of its properties, without what is in them. */
  readonly names: readonly string[];
  /** A property; undefined when it is not set. Throws VimFault `InvalidProperty` when the type has none of that name. */
  read(name: string): Value | undefined;
}

/** Objects that a session made for itself: views, filters, collectors of history. */
export interface SessionObjects {
  readerOf(reference: Reference): ObjectReader | null;
}

/** Reads a table for one thing. */
export function readerOf<Thing>(table: PropertyTable<Thing>, thing: Thing, center: VCenter): ObjectReader {
  return {
    names: Object.keys(table),
    read(name) {
      const property = Object.hasOwn(table, name) ? table[name] : undefined;
      if (!property) {
        throw new VimFault("InvalidProperty", `The property '${name}' is invalid`, {
          name: { kind: "simple", type: "xsd:string", text: name },
        });
      }
      return property(thing, center);
    },
  };
}

/** The object of that reference; null when there is none. */
export function objectOf(center: VCenter, reference: Reference, own: SessionObjects): ObjectReader | null {
  const { type, id } = reference;
  const read = <Thing>(table: PropertyTable<Thing>, thing: Thing | undefined) =>
    thing === undefined ? null : readerOf(table, thing, center);
  switch (type) {
    case "VirtualMachine":
      return read(guestProperties, center.guest(reference));
    case "HostSystem":
      return read(hostProperties, center.host(reference));
    case "ClusterComputeResource":
    case "ComputeResource":
      return read(clusterProperties, id.startsWith("domain-c") ? center.cluster(reference) : undefined);
    case "ResourcePool":
      return read(poolProperties, id.startsWith("resgroup-") ? center.cluster(reference) : undefined);
    case "Datastore":
      return read(storageProperties, center.storage(reference));
    case "Network":
      return read(networkProperties, center.network(reference));
    case "VirtualMachineSnapshot":
      return read(snapshotProperties, center.snapshot(reference));
    case "Task":
      return read(taskProperties, center.task(reference));
    case "Folder":
      return folders[id] ? readerOf(folderProperties, id, center) : null;
    case "Datacenter":
      return id === fixed.datacenter.id ? readerOf(datacenterProperties, id, center) : null;
    case "Alarm":
      return alarmNames[id] ? readerOf(managerProperties.Alarm ?? {}, id, center) : null;
    default: {
      const mine = own.readerOf(reference);
      if (mine) return mine;
      const table = Object.hasOwn(managerProperties, type) ? managerProperties[type] : undefined;
      return table ? readerOf(table, id, center) : null;
    }
  }
}

/** As `objectOf`; throws VimFault `ManagedObjectNotFound`. */
export function needObject(center: VCenter, reference: Reference, own: SessionObjects): ObjectReader {
  const found = objectOf(center, reference, own);
  if (!found) throw notFound(reference);
  return found;
}

/**
 * What stands at a path of an object, such as `summary.config.name` or `config.hardware.device[2000]`; undefined when
 * something on the way is not set. Throws VimFault `InvalidProperty` for a first part that the type does not have.
 */
export function valueAt(object: ObjectReader, path: string): Value | undefined {
  const [first = "", ...rest] = path.split(/[.[]/);
  let value = object.read(first);
  for (const part of rest) {
    if (value === undefined) return undefined;
    value = part.endsWith("]") ? itemOf(value, part.slice(0, -1).replaceAll('"', "")) : partOf(value, part);
  }
  return value;
}

function partOf(value: Value, name: string): Value | undefined {
  return value.kind === "data" ? fieldOf(value.fields, name) : undefined;
}

/** The item of a list whose `key` is that. */
function itemOf(value: Value, key: string): Value | undefined {
  if (value.kind !== "list") return undefined;
  return value.items.find((item) => {
    const own = partOf(item, "key");
    return own?.kind === "simple" && own.text === key;
  });
}

/** The references in a value. */
export function referencesIn(value: Value | undefined): Reference[] {
  if (value?.kind === "reference") return [value.reference];
  return value?.kind === "list" ? value.items.flatMap(referencesIn) : [];
}
