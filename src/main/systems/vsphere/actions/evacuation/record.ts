/** What writes down which VMs run on a host, all of them. */
export const noting = "vsphere.note-guests";
/** Actions that write down, before they begin, which VMs leave a host. */
export const departures = [noting, "vsphere.evacuate", "vsphere.enter-maintenance"] as const;
export const returning = "vsphere.return-vms";
