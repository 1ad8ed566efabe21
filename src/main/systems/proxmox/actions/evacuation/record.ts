/** What writes down which guests run on a node, all of them. */
export const noting = "proxmox.note-guests";
/** Actions that write down, before they begin, which guests leave a node. */
export const departures = [noting, "proxmox.evacuate"] as const;
export const returning = "proxmox.return-guests";
