import type { Problem } from "../../../../shared/resource.ts";
import { text } from "../../../../shared/text.ts";
import type { Item } from "../list-watch/items.ts";
import {
  at,
  conditionOf,
  numberAt,
  problem,
  resourceIds,
  type Seen,
  timeAt,
  treesAt,
  wordAt,
} from "./seen.ts";
import { workloadTypes } from "./workloads.ts";

/** Everything that has pods of its own. */
export const workloadKinds = [...workloadTypes, "Job", "CronJob"] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

/** A Job: how often it has to succeed and how often it did. One of a CronJob hangs below that. */
export function seenJob(system: string, { metadata, object }: Item): Seen | null {
  const { namespace, name } = metadata;
  if (namespace === null || object === null) return null;
  const cronJob = metadata.ownerReferences.find(({ controller, kind }) => controller && kind === "CronJob");
  const wanted = numberAt(object, "spec", "completions") ?? 1;
  const succeeded = numberAt(object, "status", "succeeded") ?? 0;
  const failed = conditionOf(object, "Failed");
  const complete = conditionOf(object, "Complete").status === "True";
  const suspended = at(object, "spec", "suspend") === true;
  const status =
    failed.status === "True" ? "Failed" : complete ? "Complete" : suspended ? "Suspended" : "Running";
  const because = [failed.reason, failed.message].filter(Boolean).join(": ");
  return {
    id: resourceIds.workload(system, "Job", namespace, name),
    kind: "workload",
    name,
    parent: cronJob
      ? resourceIds.workload(system, "CronJob", namespace, cronJob.name)
      : resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.type": "Job",
      "kubernetes.namespace": namespace,
      "kubernetes.status": status,
      "kubernetes.replicas": wanted,
      "kubernetes.replicasReady": complete ? wanted : succeeded,
      "kubernetes.lastRun": timeAt(object, "status", "startTime"),
    },
    problems:
      status === "Failed"
        ? [
            problem(
              "job-failed",
              // The next run of a CronJob may do better; nobody runs another Job again.
              cronJob ? "warning" : "critical",
              text(`The job failed (${because}).`, `La tâche a échoué (${because}).`),
            ),
          ]
        : [],
  };
}

/** A CronJob: when it runs, and when it last did. */
export function seenCronJob(system: string, { metadata, object }: Item): Seen | null {
  const { namespace, name } = metadata;
  if (namespace === null || object === null) return null;
  const suspended = at(object, "spec", "suspend") === true;
  const active = treesAt(object, "status", "active").length;
  const problems: Problem[] = [];
  if (suspended) {
    const words = text("It is suspended: it starts no jobs.", "Il est suspendu : il ne lance aucune tâche.");
    problems.push(problem("cron-job-suspended", "warning", words));
  }
  return {
    id: resourceIds.workload(system, "CronJob", namespace, name),
    kind: "workload",
    name,
    parent: resourceIds.namespace(system, namespace),
    facts: {
      "kubernetes.type": "CronJob",
      "kubernetes.namespace": namespace,
      "kubernetes.status": suspended ? "Suspended" : active > 0 ? "Running" : "Waiting",
      "kubernetes.schedule": wordAt(object, "spec", "schedule"),
      "kubernetes.lastRun": timeAt(object, "status", "lastScheduleTime"),
      "kubernetes.lastSuccess": timeAt(object, "status", "lastSuccessfulTime"),
    },
    problems,
  };
}
