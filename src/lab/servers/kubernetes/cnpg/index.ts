import type { ClusterAddon, RunningAddon } from "../cluster/addon.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { meta } from "../cluster/drawing.ts";
import { nextAfter, readSchedule } from "../cluster/schedule.ts";
import { type KubeObject, stamp, words } from "../store/object.ts";
import { backupBy, Databases } from "./databases.ts";
import { type CnpgOptions, durations } from "./options.ts";
import { cnpgApi, cnpgNames, cnpgResources } from "./resources.ts";

const day = 86_400_000;
/** How many daily backups lie there from before. */
const earlier = 3;

/** CloudNativePG in one of the lab's clusters: its databases, their backups, and what clients ask of them. */
export function cnpgAddon(options: CnpgOptions): ClusterAddon {
  return { resources: cnpgResources, start: (cluster) => startCnpg(cluster, options) };
}

function startCnpg(cluster: Cluster, options: CnpgOptions): RunningAddon {
  const databases = new Databases(cluster, options);
  const planned = new Map<string, () => void>();
  const plan = (key: string, milliseconds: number, work: () => void) => {
    planned.get(key)?.();
    planned.set(key, cluster.clock.after(milliseconds, work));
  };
  const backups = cluster.collection(cnpgNames.backups);
  const work = (made: KubeObject) => {
    const set = (status: NonNullable<KubeObject["status"]>) => {
      const now = backups.get(made.metadata.namespace, made.metadata.name);
      if (now) backups.put({ ...now, status: { ...now.status, ...status } });
    };
    set({ phase: "running", startedAt: stamp(cluster.now()), method: words(made.spec, "method") });
    const end = () => {
      if (!options.runs()) plan(made.metadata.uid, durations.backup, end);
      else if (options.faults?.archiveFails?.()) {
        set({ phase: "failed", error: "exit status 2: AccessDenied", stoppedAt: stamp(cluster.now()) });
      } else set(completed(options, made, cluster.now()));
    };
    plan(made.metadata.uid, durations.backup, end);
  };
  databases.start();
  for (const schedule of placeSchedules(cluster, options)) alarm(cluster, schedule, options, plan);
  backups.onChange((after, before) => {
    if (after && !before && !after.status) plan(after.metadata.uid, durations.reaction, () => work(after));
  });
  return {
    answerOf: (asked) => databases.answerOf(asked),
    close() {
      databases.close();
      for (const cancel of planned.values()) cancel();
    },
  };
}

/** The status of a Backup that is complete at that moment. */
function completed(options: CnpgOptions, { metadata, spec }: KubeObject, at: number) {
  const name = words(spec, "cluster", "name");
  const plan = options.databases.find((each) => each.namespace === metadata.namespace && each.name === name);
  return {
    phase: "completed",
    backupId: new Date(at).toISOString().replace(/[-:]|\.\d+Z/g, ""),
    stoppedAt: stamp(at),
    destinationPath: plan?.store ?? "",
    beginWal: "000000010000000000000004",
    endWal: "000000010000000000000004",
  };
}

function placeSchedules(cluster: Cluster, options: CnpgOptions): KubeObject[] {
  return options.databases.flatMap(({ namespace, name, schedule }) => {
    if (schedule === null) return [];
    const placed = cluster.collection(cnpgNames.schedules).put({
      apiVersion: cnpgApi,
      kind: "ScheduledBackup",
      metadata: meta(cluster, `${name}-daily`, namespace),
      spec: { schedule, cluster: { name }, method: "barmanObjectStore", backupOwnerReference: "self" },
      status: {},
    });
    const last = Math.floor((cluster.now() - 2 * 3_600_000) / day) * day + 2 * 3_600_000;
    for (let back = earlier - 1; back >= 0; back--) {
      const at = last - back * day;
      const status = {
        startedAt: stamp(at),
        ...completed(options, backupBy(placed, at), at + durations.backup),
      };
      cluster.collection(cnpgNames.backups).put({ ...backupBy(placed, at), status });
    }
    return [placed];
  });
}

function alarm(
  cluster: Cluster,
  schedule: KubeObject,
  options: CnpgOptions,
  plan: (key: string, milliseconds: number, work: () => void) => void,
): void {
  // Seconds stand before the five fields of crontab(5).
  const cron = readSchedule(words(schedule.spec, "schedule").split(" ").slice(1).join(" "));
  const due = cron && nextAfter(cron, cluster.now());
  if (due === null) return;
  plan(schedule.metadata.uid, due - cluster.now(), () => {
    if (options.runs()) cluster.collection(cnpgNames.backups).put(backupBy(schedule, cluster.now()));
    alarm(cluster, schedule, options, plan);
  });
}
