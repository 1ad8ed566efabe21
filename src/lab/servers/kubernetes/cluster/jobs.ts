import { randomUUID } from "node:crypto";
import type { Pod, PodTemplate } from "../store/kinds.ts";
import {
  count,
  items,
  type JsonObject,
  type KubeObject,
  keyOf,
  read,
  stamp,
  words,
} from "../store/object.ts";
import type { Cluster } from "./cluster.ts";
import { ownerOf } from "./pod-index.ts";
import { isActive } from "./pod-state.ts";
import { nextAfter, readSchedule } from "./schedule.ts";
import { suffix } from "./suffix.ts";

const reactionTime = 300;
const attempts = 6;
const successesKept = 3;
const failuresKept = 1;

/** The controllers of `batch/v1`: Jobs become pods until enough have succeeded, CronJobs become Jobs. */
export class Jobs {
  private readonly cluster: Cluster;
  private readonly queue = new Map<string, () => void>();
  private readonly alarms = new Map<string, () => void>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** Looks at every Job and CronJob once, and follows them from then on. */
  start(): void {
    const { cluster } = this;
    cluster.collection("jobs.batch").onChange((after, before) => {
      const job = after ?? before;
      if (after) this.later(after.metadata.namespace, after.metadata.name);
      if (job && isOver(job)) this.forgetOld(job);
    });
    cluster.pods.onChange((after, before) => {
      const pod = after ?? before;
      const owner = pod && ownerOf(pod);
      if (owner?.kind === "Job") this.later(pod?.metadata.namespace, owner.name);
    });
    for (const job of cluster.collection("jobs.batch").all())
      this.later(job.metadata.namespace, job.metadata.name);
    if (cluster.flavour === "old") return;
    cluster.collection("cronjobs.batch").onChange((after, before) => {
      const object = after ?? before;
      if (object) this.alarm(keyOf(object.metadata.namespace, object.metadata.name), after);
    });
    for (const cron of cluster.collection("cronjobs.batch").all()) {
      this.alarm(keyOf(cron.metadata.namespace, cron.metadata.name), cron);
    }
  }

  close(): void {
    for (const cancel of [...this.queue.values(), ...this.alarms.values()]) cancel();
    this.queue.clear();
    this.alarms.clear();
  }

  private later(namespace: string | undefined, name: string): void {
    const key = keyOf(namespace, name);
    if (this.queue.has(key)) return;
    const cancel = this.cluster.clock.after(reactionTime, () => {
      this.queue.delete(key);
      const job = this.cluster.collection("jobs.batch").get(namespace, name);
      if (job && !job.metadata.deletionTimestamp) this.settle(job);
    });
    this.queue.set(key, cancel);
  }

  private settle(job: KubeObject): void {
    if (isOver(job)) return;
    const { spec } = job;
    const pods = this.cluster.index.ownedBy(job.metadata.uid);
    const succeeded = pods.filter(({ status }) => status.phase === "Succeeded").length;
    const failed = pods.filter(({ status }) => status.phase === "Failed").length;
    const active = pods.filter(isActive);
    const wanted = count(spec, ["completions"], 1);
    const limit = count(spec, ["backoffLimit"], attempts);
    const isDone = succeeded >= wanted;
    const isLost = failed > limit;
    const missing = Math.min(count(spec, ["parallelism"], 1), wanted - succeeded) - active.length;
    const stops = isDone || isLost || read(spec, "suspend") === true;
    if (stops) for (const pod of active) this.cluster.life.remove(pod, 30);
    else for (let made = 0; made < missing; made += 1) this.makePod(job);
    const now = stamp(this.cluster.now());
    const status: JsonObject = {
      ...job.status,
      startTime: words(job.status, "startTime") || now,
      active: stops ? 0 : active.length + Math.max(0, missing),
      succeeded,
      failed,
    };
    const end = (type: string, reason: string) => {
      status.conditions = [{ type, status: "True", reason, lastTransitionTime: now, lastProbeTime: now }];
      const isGood = type === "Complete";
      this.cluster.events.record(job, {
        type: isGood ? "Normal" : "Warning",
        reason: isGood ? "Completed" : reason,
        message: isGood ? "Job completed" : "Job has reached the specified backoff limit",
        from: "job-controller",
      });
    };
    if (isDone) {
      status.completionTime = now;
      end("Complete", "CompletionsReached");
    } else if (isLost) end("Failed", "BackoffLimitExceeded");
    if (JSON.stringify(status) !== JSON.stringify(job.status)) {
      this.cluster.collection("jobs.batch").put({ ...job, status });
    }
  }

  private makePod(job: KubeObject): void {
    const pod = podOfJob(job, this.cluster.now());
    this.cluster.pods.put(pod);
    const message = `Created pod: ${pod.metadata.name}`;
    this.cluster.events.record(job, { reason: "SuccessfulCreate", message, from: "job-controller" });
  }

  /** Of the Jobs of one CronJob, so many are kept. */
  private forgetOld(job: KubeObject): void {
    const owner = ownerOf(job);
    if (owner?.kind !== "CronJob") return;
    const jobs = this.cluster.collection("jobs.batch");
    const over = jobs.all().filter((other) => ownerOf(other)?.uid === owner.uid && isOver(other));
    const kept = { Complete: successesKept, Failed: failuresKept };
    for (const [type, limit] of Object.entries(kept)) {
      const alike = over
        .filter((other) => words(items(other, "status", "conditions")[0], "type") === type)
        .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1));
      for (const old of alike.slice(limit)) {
        for (const pod of this.cluster.index.ownedBy(old.metadata.uid)) this.cluster.life.remove(pod, 0);
        jobs.remove(old.metadata.namespace, old.metadata.name);
      }
    }
  }

  private alarm(key: string, cron: KubeObject | null): void {
    this.alarms.get(key)?.();
    this.alarms.delete(key);
    const schedule = readSchedule(words(cron, "spec", "schedule"));
    if (!cron || !schedule || read(cron, "spec", "suspend") === true) return;
    const due = nextAfter(schedule, this.cluster.now());
    if (due === null) return;
    const cancel = this.cluster.clock.after(due - this.cluster.now(), () => {
      this.alarms.delete(key);
      const now = this.cluster.collection("cronjobs.batch").get(cron.metadata.namespace, cron.metadata.name);
      if (now) this.begin(now, due);
    });
    this.alarms.set(key, cancel);
  }

  private begin(cron: KubeObject, due: number): void {
    const made = jobOfCron(cron, due);
    const jobs = this.cluster.collection("jobs.batch");
    if (!jobs.get(made.metadata.namespace, made.metadata.name)) {
      jobs.put(made);
      const message = `Created job ${made.metadata.name}`;
      this.cluster.events.record(cron, { reason: "SuccessfulCreate", message, from: "cronjob-controller" });
    }
    // The change sets the next alarm.
    const status = { ...cron.status, lastScheduleTime: stamp(due) };
    this.cluster.collection("cronjobs.batch").put({ ...cron, status });
  }
}

function isOver(job: KubeObject): boolean {
  return items(job, "status", "conditions").some((condition) =>
    ["Complete", "Failed"].includes(words(condition, "type")),
  );
}

/** A pod of a Job, not yet seen by the scheduler. `now` in epoch milliseconds, world time. */
export function podOfJob(job: KubeObject, now: number): Pod {
  const { name, namespace, uid } = job.metadata;
  const template = read(job, "spec", "template") as PodTemplate;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${suffix()}`,
      ...(namespace ? { namespace } : {}),
      uid: randomUUID(),
      resourceVersion: "",
      creationTimestamp: stamp(now),
      labels: { ...template.metadata?.labels, "batch.kubernetes.io/job-name": name, "job-name": name },
      ownerReferences: [
        { apiVersion: "batch/v1", kind: "Job", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: structuredClone(template.spec),
    status: { phase: "Pending", qosClass: "Burstable" },
  };
}

/** The Job of a CronJob that was due at a moment. */
export function jobOfCron(cron: KubeObject, due: number): KubeObject {
  const { name, namespace, uid } = cron.metadata;
  const spec = read(cron, "spec", "jobTemplate", "spec") as JsonObject;
  const labels = read(cron, "spec", "jobTemplate", "metadata", "labels") as
    | Record<string, string>
    | undefined;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name}-${Math.floor(due / 60_000)}`,
      ...(namespace ? { namespace } : {}),
      uid: randomUUID(),
      resourceVersion: "",
      generation: 1,
      creationTimestamp: stamp(due),
      ...(labels ? { labels } : {}),
      ownerReferences: [
        { apiVersion: "batch/v1", kind: "CronJob", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: structuredClone(spec),
    status: {},
  };
}
