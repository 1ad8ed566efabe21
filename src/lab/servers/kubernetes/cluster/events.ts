import { randomBytes, randomUUID } from "node:crypto";
import type { Collection } from "../store/collection.ts";
import { type KubeObject, stamp } from "../store/object.ts";

type Event = KubeObject & {
  type: string;
  reason: string;
  message: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  involvedObject: { apiVersion: string; kind: string; namespace?: string; name: string; uid: string };
  source: { component: string };
  reportingComponent: string;
};

const eventsKept = 1_000;

/** Writes the cluster's events; one that comes again is counted, and the oldest make room. */
export class Events {
  private readonly collection: Collection<Event>;
  private readonly now: () => number;
  private readonly known = new Map<string, Event>();

  constructor(collection: Collection<Event>, now: () => number) {
    this.collection = collection;
    this.now = now;
  }

  record(
    about: KubeObject,
    said: { type?: "Normal" | "Warning"; reason: string; message: string; from: string },
  ): void {
    const { apiVersion, kind, metadata } = about;
    const key = `${metadata.uid} ${said.reason} ${said.message}`;
    const at = stamp(this.now());
    const before = this.known.get(key);
    const namespace = metadata.namespace ?? "default";
    const event: Event = before
      ? { ...before, count: before.count + 1, lastTimestamp: at }
      : {
          apiVersion: "v1",
          kind: "Event",
          metadata: {
            name: `${metadata.name}.${randomBytes(8).toString("hex")}`,
            namespace,
            uid: randomUUID(),
            resourceVersion: "",
            creationTimestamp: at,
          },
          type: said.type ?? "Normal",
          reason: said.reason,
          message: said.message,
          count: 1,
          firstTimestamp: at,
          lastTimestamp: at,
          involvedObject: {
            apiVersion,
            kind,
            ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
            name: metadata.name,
            uid: metadata.uid,
          },
          source: { component: said.from },
          reportingComponent: said.from,
        };
    this.known.delete(key);
    this.known.set(key, this.collection.put(event));
    if (this.known.size <= eventsKept) return;
    const [oldest] = this.known;
    if (!oldest) return;
    this.known.delete(oldest[0]);
    this.collection.remove(oldest[1].metadata.namespace, oldest[1].metadata.name);
  }
}

export type { Event };
