import type { Cluster } from "../cluster/cluster.ts";
import { nextAfter, readSchedule } from "../cluster/schedule.ts";
import { isObject, items, type JsonObject, type KubeObject, read, words } from "../store/object.ts";
import type { ActionWork } from "./action-work.ts";
import { bytesIn, capture } from "./capture.ts";
import { durations, type KastenOptions } from "./options.ts";
import type { Points } from "./points.ts";
import { actionsNamed, groups, kastenNames, kastenNamespace } from "./resources.ts";

/** World milliseconds after which a run is told about by an action that it began. */
const reaction = 1_000;

/** Runs policies, on their schedule or by a RunAction: each backs up what it protects and exports that, or imports. */
export class PolicyRuns {
  private readonly cluster: Cluster;
  private readonly work: ActionWork;
  private readonly points: Points;
  private readonly options: KastenOptions;

  constructor(parts: { cluster: Cluster; work: ActionWork; points: Points; options: KastenOptions }) {
    this.cluster = parts.cluster;
    this.work = parts.work;
    this.points = parts.points;
    this.options = parts.options;
  }

  /** Follows the policies and their runs from now on. */
  start(): void {
    const policies = this.cluster.collection(kastenNames.policies);
    policies.onChange((after) => {
      if (after) this.alarm(after);
    });
    for (const policy of policies.all()) this.alarm(policy);
    this.cluster.collection(actionsNamed("RunAction")).onChange((after, before) => {
      if (after && !before) this.work.plan(after.metadata.uid, reaction, () => this.begin(after));
    });
  }

  private alarm(policy: KubeObject): void {
    const { name, uid } = policy.metadata;
    const cron = cronOf(policy);
    const schedule = cron === null ? null : readSchedule(cron);
    const due = schedule && nextAfter(schedule, this.cluster.now());
    if (due === null || read(policy.spec, "paused") === true) return;
    this.work.plan(uid, due - this.cluster.now(), () => {
      const now = this.cluster.collection(kastenNames.policies).get(kastenNamespace, name);
      if (!now) return;
      if (this.options.runs()) {
        this.work.create("RunAction", {
          name: `scheduled-${name}`,
          generated: true,
          namespace: kastenNamespace,
          labels: { "k10.kasten.io/policyName": name, "k10.kasten.io/policyNamespace": kastenNamespace },
          spec: {
            subject: {
              apiVersion: `${groups.config}/v1alpha1`,
              kind: "Policy",
              name,
              namespace: kastenNamespace,
            },
          },
        });
      }
      this.alarm(now);
    });
  }

  private begin(run: KubeObject): void {
    const subject = read(run.spec, "subject");
    const policy = this.cluster
      .collection(kastenNames.policies)
      .get(words(subject, "namespace"), words(subject, "name"));
    if (!policy) {
      this.work.end("RunAction", run, "the policy is not there");
      return;
    }
    const does = (action: string) =>
      items(policy.spec, "actions").find((each) => words(each, "action") === action);
    const importing = does("import");
    const left: (() => void)[] = [];
    const outcomes: (string | null)[] = [];
    const ended = (why: string | null) => {
      outcomes.push(why);
      if (outcomes.length < left.length) return;
      this.work.end("RunAction", run, outcomes.find((each) => each !== null) ?? null);
    };
    if (importing) left.push(() => this.import(run, importing, ended));
    for (const application of does("backup") ? protectedBy(policy) : []) {
      if (!this.cluster.collection("namespaces").get(undefined, application)) continue;
      left.push(() => this.backUp(run, { policy, application, exporting: does("export") }, ended));
    }
    if (left.length === 0) {
      this.work.end("RunAction", run, null, "Skipped");
      return;
    }
    this.work.begun("RunAction", run);
    for (const begin of left) begin();
  }

  private backUp(
    run: KubeObject,
    of: { policy: KubeObject; application: string; exporting: unknown },
    ended: (why: string | null) => void,
  ): void {
    const { policy, application, exporting } = of;
    const labels = labelsOf(run, policy, application);
    const takenAt = this.cluster.now();
    const objects = capture(this.cluster, application);
    const subject = { name: application, namespace: application };
    const wish = { name: "scheduled", generated: true, namespace: application, labels };
    const backup = this.work.create("BackupAction", { ...wish, spec: { subject } });
    this.work.run("BackupAction", backup, this.pace(durations.backup), (action) => {
      const point = { namespace: application, name: action.metadata.name };
      const common = { application, takenAt, objects, policy: policy.metadata.name, run: run.metadata.name };
      this.points.add({
        ...common,
        name: `${application}-${point.name}`,
        point,
        profile: null,
        isExported: false,
      });
      this.forgetOld(policy.metadata.name, false);
      if (!exporting) {
        ended(null);
        return null;
      }
      const spec = { subject: { kind: "RestorePoint", ...point }, ...exportPart(exporting) };
      const exportAction = this.work.create("ExportAction", { ...wish, spec });
      const pace = {
        ...this.pace(durations.export),
        stalls: () => !this.options.runs() || !this.options.reachesLocation(),
      };
      this.work.run("ExportAction", exportAction, pace, ({ metadata: { name } }) => {
        if (this.options.faults?.exportFails?.()) {
          const why = "the location refused the data: AccessDenied";
          ended(why);
          return why;
        }
        const { location } = this.options;
        const content = `${application}-${name}`;
        this.points.add({
          ...common,
          name: content,
          point: { namespace: application, name },
          profile: location.bucket,
          isExported: true,
        });
        location.put({
          name: content,
          application,
          takenAt,
          objects,
          receiveString: words(exporting, "exportParameters", "receiveString"),
          bytes: bytesIn(objects),
        });
        this.forgetOld(policy.metadata.name, true);
        ended(null);
        return null;
      });
      return null;
    });
  }

  private import(run: KubeObject, importing: unknown, ended: (why: string | null) => void): void {
    const receiveString = words(importing, "importParameters", "receiveString");
    const policyName = words(run.metadata.labels, "k10.kasten.io/policyName");
    const action = this.work.create("ImportAction", {
      name: "import",
      generated: true,
      namespace: kastenNamespace,
      labels: {
        "k10.kasten.io/policyName": policyName,
        "k10.kasten.io/policyNamespace": kastenNamespace,
        "k10.kasten.io/runActionName": run.metadata.name,
      },
      spec: {
        ...(isObject(importing) && isObject(importing.importParameters) ? importing.importParameters : {}),
      },
    });
    const stalls = () => !this.options.runs() || !this.options.reachesLocation();
    this.work.run("ImportAction", action, { ...this.pace(durations.import), stalls }, () => {
      const { location } = this.options;
      for (const { name, application, takenAt, objects } of location.exportedAs(receiveString)) {
        if (this.points.get(name)) continue;
        const from = { policy: policyName, run: run.metadata.name, profile: location.bucket };
        this.points.add({ name, application, takenAt, objects, ...from, point: null, isExported: true });
      }
      ended(null);
      return null;
    });
  }

  /** The oldest restore points of a policy beyond those that are kept. */
  private forgetOld(policy: string, exported: boolean): void {
    const of = this.cluster
      .collection(kastenNames.contents)
      .all()
      .filter(({ metadata }) => metadata.labels?.["k10.kasten.io/policyName"] === policy)
      .filter(({ metadata }) => (metadata.labels?.["k10.kasten.io/exportProfile"] !== undefined) === exported)
      .sort((one, other) => (words(one.status, "actionTime") < words(other.status, "actionTime") ? -1 : 1));
    for (const { metadata } of of.slice(0, Math.max(0, of.length - this.options.keeps))) {
      this.points.retire(metadata.name);
      if (exported) this.options.location.remove(metadata.name);
    }
  }

  private pace(milliseconds: number) {
    return { takes: () => milliseconds, stalls: () => !this.options.runs() };
  }
}

/** The applications that a policy protects. */
function protectedBy({ spec }: KubeObject): string[] {
  return items(spec, "selector", "matchExpressions")
    .filter((each) => words(each, "key") === "k10.kasten.io/appNamespace")
    .flatMap((each) => items(each, "values").filter((value) => typeof value === "string"));
}

function exportPart(exporting: unknown): JsonObject {
  const given = read(exporting, "exportParameters");
  if (!isObject(given)) return {};
  const { profile, exportData, receiveString } = given;
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(exportData === undefined ? {} : { exportData }),
    ...(receiveString === undefined ? {} : { receiveString }),
  };
}

function labelsOf(run: KubeObject, policy: KubeObject, application: string): Record<string, string> {
  return {
    "k10.kasten.io/appName": application,
    "k10.kasten.io/appNamespace": application,
    "k10.kasten.io/policyName": policy.metadata.name,
    "k10.kasten.io/policyNamespace": kastenNamespace,
    "k10.kasten.io/runActionName": run.metadata.name,
  };
}

/** The schedule of a policy as crontab(5) writes it; null for one that runs on demand alone. */
function cronOf({ spec }: KubeObject): string | null {
  const at = (name: string, otherwise: string) => items(spec, "subFrequency", name).join(",") || otherwise;
  const [minute, hour] = [at("minutes", "0"), at("hours", "0")];
  const known: Readonly<Record<string, string>> = {
    "@hourly": `${minute} * * * *`,
    "@daily": `${minute} ${hour} * * *`,
    "@weekly": `${minute} ${hour} * * ${at("weekdays", "0")}`,
    "@monthly": `${minute} ${hour} ${at("days", "1")} * *`,
  };
  return known[words(spec, "frequency")] ?? null;
}
