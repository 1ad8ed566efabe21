import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { suffix } from "../cluster/suffix.ts";
import type { JsonObject } from "../store/object.ts";
import { capture } from "./capture.ts";
import { type KastenOptions, receiveStringOf } from "./options.ts";
import type { Points } from "./points.ts";
import { groups, kastenNames, kastenNamespace } from "./resources.ts";

const hour = 3_600_000;
const api = `${groups.config}/v1alpha1`;

/** Puts the profile and the policies of a cluster's Kasten. */
export function placeSettings(cluster: Cluster, options: KastenOptions): void {
  const { location, protects, imports, hours, keeps } = options;
  const profile = { name: location.bucket, namespace: kastenNamespace };
  cluster.collection(kastenNames.profiles).put({
    apiVersion: api,
    kind: "Profile",
    metadata: meta(cluster, location.bucket, kastenNamespace),
    spec: {
      type: "Location",
      locationSpec: {
        type: "ObjectStore",
        objectStore: {
          name: location.bucket,
          objectStoreType: "S3",
          endpoint: location.endpoint,
          region: location.region,
          pathType: "Directory",
        },
        credential: {
          secretType: "AwsAccessKey",
          secret: { apiVersion: "v1", kind: "Secret", name: "k10-location", namespace: kastenNamespace },
        },
      },
    },
    status: { validation: "Success", hash: 1 },
  });
  const put = (name: string, spec: JsonObject) =>
    cluster.collection(kastenNames.policies).put({
      apiVersion: api,
      kind: "Policy",
      metadata: meta(cluster, name, kastenNamespace),
      spec,
      status: { validation: "Success", hash: 1, modifyHash: 1 },
    });
  for (const application of protects) {
    put(`backup-${application}`, {
      comment: `${application}, exported to ${location.region}`,
      frequency: "@daily",
      subFrequency: { minutes: [0], hours: [...hours] },
      paused: false,
      retention: { daily: keeps },
      actions: [
        { action: "backup" },
        {
          action: "export",
          exportParameters: {
            frequency: "@daily",
            profile,
            exportData: { enabled: true },
            receiveString: receiveStringOf(options.cluster, application),
          },
        },
      ],
      selector: {
        matchExpressions: [{ key: "k10.kasten.io/appNamespace", operator: "In", values: [application] }],
      },
    });
  }
  for (const { application, from } of imports) {
    put(`import-${application}`, {
      comment: `${application} of ${from}`,
      frequency: "@hourly",
      paused: false,
      actions: [
        {
          action: "import",
          importParameters: { profile, receiveString: receiveStringOf(from, application) },
        },
      ],
    });
  }
}

/** Puts the restore points that the schedule has left until now. */
export function placeEarlier(cluster: Cluster, points: Points, options: KastenOptions): void {
  const { location, protects, hours, keeps } = options;
  for (const application of protects) {
    if (!cluster.collection("namespaces").get(undefined, application)) continue;
    const objects = capture(cluster, application);
    for (const takenAt of lastSlots(cluster.now(), hours, keeps)) {
      const common = { application, takenAt, objects, policy: `backup-${application}`, run: null };
      const local = `scheduled-${suffix()}`;
      const content = (point: string) => ({
        name: `${application}-${point}`,
        point: { namespace: application, name: point },
      });
      points.add({ ...common, ...content(local), profile: null, isExported: false });
      const exported = content(`scheduled-${suffix()}`);
      points.add({ ...common, ...exported, profile: location.bucket, isExported: true });
      location.put({
        name: exported.name,
        application,
        takenAt,
        objects,
        receiveString: receiveStringOf(options.cluster, application),
        bytes: 0,
      });
    }
  }
}

/** The last moments before `now` that these hours of a day fell on, oldest first; UTC. */
export function lastSlots(now: number, hours: readonly number[], most: number): number[] {
  const found: number[] = [];
  const start = Math.floor(now / hour) * hour;
  for (let at = start; found.length < most && start - at < 40 * 24 * hour; at -= hour) {
    if (hours.includes(new Date(at).getUTCHours())) found.unshift(at);
  }
  return found;
}
