import { isA } from "../inventory/types.ts";
import type { Method, Methods } from "./call.ts";
import { collectorMethods } from "./collector-methods.ts";
import { guestMethods } from "./guest-methods.ts";
import { hostMethods } from "./host-methods.ts";
import { managerMethods } from "./manager-methods.ts";

/** Which types of object take the methods of each group. */
const groups: readonly { types: readonly string[]; methods: Methods }[] = [
  { types: ["PropertyCollector", "PropertyFilter", "ViewManager", "View"], methods: collectorMethods },
  {
    types: ["VirtualMachine", "VirtualMachineSnapshot", "VirtualMachineProvisioningChecker"],
    methods: guestMethods,
  },
  { types: ["HostSystem"], methods: hostMethods },
  {
    types: [
      ...["ServiceInstance", "SessionManager", "TaskManager", "EventManager", "AlarmManager", "SearchIndex"],
      ...["Task", "HistoryCollector"],
    ],
    methods: managerMethods,
  },
];

/** The method of that name of a type of object; null when it has none. */
export function methodOf(type: string, name: string): Method | null {
  for (const { types, methods } of groups) {
    if (!Object.hasOwn(methods, name) || !types.some((each) => isA(type, each))) continue;
    return methods[name] ?? null;
  }
  return null;
}
