import type { World } from "../world/world.ts";
import type { Flavour } from "./kubernetes/api/flavour.ts";
import type { LabNetwork } from "./network.ts";

/** What a kind of server is given when the lab starts. */
export interface LabContext {
  world: World;
  /** The network behind the bounce, where each server puts its doors. */
  network: LabNetwork;
  /** The lab's own folder for keys and secrets; only its owner may enter it. */
  folder: string;
  /** Pods of the Kubernetes cluster beside the usual ones. */
  extraPods?: number;
  /** The kind of that cluster; the usual one when left out. */
  clusterFlavour?: Flavour;
  /** Told of a failure of the lab itself. */
  onFailure(error: unknown): void;
}

/** The servers of one protocol, running. To add a protocol, add a folder beside `ssh` and name it in `index.ts`. */
export interface LabServers {
  /** Loopback ports by name: a machine's identifier for its SSH server, `amt tower-a` and the like for the others. */
  readonly ports: ReadonlyMap<string, number>;
  /** The certificates' SHA-256 by machine, which the estate template has marks for. */
  readonly pins?: ReadonlyMap<string, string>;
  /** Public keys of people by their mark in the estate template. */
  readonly publicKeys?: ReadonlyMap<string, string>;
  close(): Promise<void>;
}
