import { jobDefaults, podDefaults } from "../api/defaults.ts";
import { type JsonObject, type KubeObject, stamp } from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { meta } from "./drawing.ts";
import { ended } from "./fates.ts";
import { jobOfCron, podOfJob } from "./jobs.ts";
import { jobs } from "./plan.ts";
import { schedule } from "./scheduler.ts";

const hour = 3_600_000;
const lasted = 95_000;

function specOf(name: string, image: string): JsonObject {
  const container = {
    name,
    image,
    command: ["sleep", "90"],
    resources: { requests: { cpu: "100m", memory: "128Mi" } },
    imagePullPolicy: "IfNotPresent",
  };
  const spec = { ...podDefaults({}), restartPolicy: "Never", containers: [container] };
  return jobDefaults({ template: { metadata: { labels: { app: name } }, spec } });
}

/** Puts a Job that was done at a moment, with its pod. */
function placeDone(cluster: Cluster, job: KubeObject, end: number): void {
  const at = stamp(end);
  const condition = {
    type: "Complete",
    status: "True",
    reason: "CompletionsReached",
    lastTransitionTime: at,
  };
  const put = cluster.collection("jobs.batch").put({
    ...job,
    status: {
      startTime: stamp(end - lasted),
      completionTime: at,
      succeeded: 1,
      failed: 0,
      active: 0,
      conditions: [condition],
    },
  });
  const pod = podOfJob(put, end - lasted);
  const placed = schedule(pod, cluster);
  if (!("node" in placed)) return;
  const bound = { ...pod, spec: { ...pod.spec, nodeName: placed.node } };
  cluster.pods.put(ended(cluster.life.run(bound, false), 0, end));
}

/** Puts the Jobs of the plan into a new cluster: one that is over, and a CronJob that was last due this morning. */
export function placeJobs(cluster: Cluster): void {
  const { over, regular } = jobs;
  const now = cluster.now();
  const done: KubeObject = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: meta(cluster, over.name, over.namespace, { app: over.name }),
    spec: specOf(over.name, over.image),
  };
  placeDone(cluster, done, now - 50 * hour);
  if (cluster.flavour === "old") return;
  const due = Math.floor(now / (24 * hour)) * 24 * hour + 2 * hour;
  const last = due > now ? due - 24 * hour : due;
  const cron = cluster.collection("cronjobs.batch").put({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: meta(cluster, regular.name, regular.namespace, { app: regular.name }),
    spec: {
      schedule: regular.schedule,
      concurrencyPolicy: "Allow",
      suspend: false,
      jobTemplate: { spec: specOf(regular.name, regular.image) },
    },
    status: { lastScheduleTime: stamp(last), lastSuccessfulTime: stamp(last + lasted) },
  });
  placeDone(cluster, jobOfCron(cron, last), last + lasted);
}

/** Puts a CronJob of an application that has not been due yet. */
export function placeNightly(
  cluster: Cluster,
  namespace: string,
  { name, schedule: due }: { name: string; schedule: string },
): void {
  cluster.collection("cronjobs.batch").put({
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: meta(cluster, name, namespace, { app: name }),
    spec: {
      schedule: due,
      concurrencyPolicy: "Forbid",
      suspend: false,
      jobTemplate: { spec: specOf(name, `registry.shop.example/${namespace}/${name}:1.0.0`) },
    },
    status: {},
  });
}
