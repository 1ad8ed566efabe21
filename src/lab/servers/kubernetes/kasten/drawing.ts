import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { suffix } from "../cluster/suffix.ts";
import type { JsonObject } from "../store/object.ts";
import { capture } from "./capture.ts";
import { type CopiedKasten, type KastenOptions, receiveStringOf } from "./options.ts";
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
  if (options.copied) {
    for (const policy of options.copied.policies) put(policy.name, copiedPolicy(policy, profile));
    return;
  }
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

type CopiedPolicy = CopiedKasten["policies"][number];

function copiedPolicy(policy: CopiedPolicy, profile: JsonObject): JsonObject {
  const { does, of, schedule, paused, keeps, exports, receiveString } = policy;
  const common = { ...frequencyOf(schedule), paused };
  if (does === "import") {
    return { ...common, actions: [{ action: "import", importParameters: { profile, receiveString } }] };
  }
  const exportParameters = { frequency: "@daily", profile, exportData: { enabled: true }, receiveString };
  return {
    ...common,
    retention: { daily: keeps },
    actions: [{ action: "backup" }, ...(exports ? [{ action: "export", exportParameters }] : [])],
    selector: {
      matchExpressions: [{ key: "k10.kasten.io/appNamespace", operator: "In", values: [...of] }],
    },
  };
}

/** How a policy writes a schedule of crontab(5); one that it cannot write is run on demand alone. */
function frequencyOf(schedule: string | null): JsonObject {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = schedule?.split(" ") ?? [];
  const isListed = (words: string) => /^\d+(,\d+)*$/.test(words);
  const listed = { minutes: minute, hours: hour, days: day, weekdays: weekday };
  const told = Object.entries(listed).filter(([, words]) => isListed(words));
  const subFrequency = Object.fromEntries(told.map(([key, words]) => [key, words.split(",").map(Number)]));
  const isEvery = (words: string) => words === "*";
  if (!isListed(minute) || !isEvery(month)) return { frequency: "@onDemand" };
  if ([hour, day, weekday].every(isEvery)) return { frequency: "@hourly", subFrequency };
  if (!isListed(hour)) return { frequency: "@onDemand" };
  if ([day, weekday].every(isEvery)) return { frequency: "@daily", subFrequency };
  if (isEvery(day) && isListed(weekday)) return { frequency: "@weekly", subFrequency };
  return isListed(day) && isEvery(weekday)
    ? { frequency: "@monthly", subFrequency }
    : { frequency: "@onDemand" };
}

/** Puts the restore points that a copy has of what stands here. */
function placeCopied(cluster: Cluster, points: Points, { location, copied }: KastenOptions): void {
  if (!copied) return;
  const held = new Map<string, ReturnType<typeof capture>>();
  for (const { name, application, madeAt: takenAt, exported, policy, receiveString } of copied.points) {
    const objects = held.get(application) ?? capture(cluster, application);
    held.set(application, objects);
    const stands = cluster.collection("namespaces").get(undefined, application) !== null;
    const point = stands
      ? { namespace: application, name: name.replace(new RegExp(`^${application}-`), "") }
      : null;
    const profile = exported ? location.bucket : null;
    points.add({
      name,
      application,
      takenAt,
      objects,
      policy,
      run: null,
      profile,
      point,
      isExported: exported,
    });
    if (exported) location.put({ name, application, takenAt, objects, receiveString, bytes: 0 });
  }
  copied.onStarted(points);
}

/** Puts the restore points that the schedule has left until now. */
export function placeEarlier(cluster: Cluster, points: Points, options: KastenOptions): void {
  if (options.copied) {
    placeCopied(cluster, points, options);
    return;
  }
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
