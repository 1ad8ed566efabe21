import { homedir } from "node:os";
import { join } from "node:path";
import { propertySets } from "../../src/main/systems/vsphere/properties.ts";
import { findVcsim } from "../../test/real/vsphere/vcsim.ts";
import { WatchedProcess } from "./watched-process.ts";

export const peerName = "govc";
/** Further updates than there will ever be: it waits until it is ended. */
const forEver = "1000000000";

/** The words with which VMware's client reads of all VMs what we read of them. */
const collect = ["object.collect", "-json", "-type", "m"];
const properties = propertySets.VirtualMachine ?? [];

/** Begins VMware's client, `list` all VMs or `watch` them; throws when it is not built. */
export function govc(url: string, mode: "list" | "watch"): WatchedProcess {
  const found = findVcsim();
  if ("absent" in found) throw new Error(found.absent);
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const program = join(cache, "passerelle", "counterparts", "vsphere", "bin", "govc");
  const words = [...collect, ...(mode === "watch" ? ["-n", forEver] : []), "/", ...properties];
  return new WatchedProcess(program, words, {
    ...process.env,
    GOVC_URL: url,
    GOVC_INSECURE: "1",
    GOVC_PERSIST_SESSION: "false",
  });
}
