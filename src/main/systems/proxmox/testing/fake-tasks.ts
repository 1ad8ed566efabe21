import type { FakePve, Reply, Seen } from "./fake-pve.ts";
import { sampleTime, sampleUpid } from "./sample-cluster.ts";

/** A task of a node of tests. */
export interface FakeTask {
  upid: string;
  /** How often it is looked at before it ends. */
  looks: number;
  exit: string;
  log: string[];
  onEnd: () => void;
  isStopped: boolean;
}

/** The tasks of a node of tests: begun by its routes, followed and listed as Proxmox VE does. */
export class FakeTasks {
  readonly all: FakeTask[] = [];
  /** What answers in place of a task's status, where that is not null. */
  instead: (() => Reply | null) | null = null;
  #count = 0;

  constructor(pve: FakePve) {
    const of = (words: string | undefined) => this.all.find(({ upid }) => upid === words) ?? null;
    const unknown: Reply = {
      status: 400,
      reason: "Parameter verification failed.",
      body: JSON.stringify({ data: null, errors: { upid: "no such task" } }),
    };
    pve
      .on("GET /nodes/{node}/tasks", (seen: Seen) => ({ data: this.#listed(seen.parameters) }))
      .on("GET /nodes/{node}/tasks/{upid}/status", (_seen: Seen, match: RegExpExecArray) => {
        const instead = this.instead?.();
        if (instead) return instead;
        const task = of(match[2]);
        if (!task) return unknown;
        if (task.looks > 0) {
          task.looks -= 1;
          return { data: { upid: task.upid, status: "running" } };
        }
        task.onEnd();
        task.onEnd = () => undefined;
        return { data: { upid: task.upid, status: "stopped", exitstatus: task.exit } };
      })
      .on("GET /nodes/{node}/tasks/{upid}/log", (seen: Seen, match: RegExpExecArray) => {
        const lines = of(match[2])?.log ?? [];
        const start = Number(seen.parameters.start ?? 0);
        return { data: lines.map((t, at) => ({ n: at + 1, t })).slice(start) };
      })
      .on("DELETE /nodes/{node}/tasks/{upid}", (_seen: Seen, match: RegExpExecArray) => {
        const task = of(match[2]);
        if (task) Object.assign(task, { isStopped: true, exit: "received interrupt", looks: 0 });
        return { data: null };
      });
  }

  /** Begins a task; gives its UPID, for the answer of a route. */
  begin(type: string, subject: string, more: Partial<FakeTask> & { by?: string } = {}): string {
    this.#count += 1;
    const upid = sampleUpid(type, subject, "pve-1", sampleTime + this.#count).replace(
      "console@pve",
      more.by ?? "console@pve",
    );
    const usual = { looks: 1, exit: "OK", log: ["TASK OK"], onEnd: () => undefined, isStopped: false };
    this.all.push({ ...usual, ...more, upid });
    return upid;
  }

  #listed({ vmid, typefilter }: Record<string, string>): object[] {
    return this.all
      .map((task) => ({ ...task, parts: task.upid.split(":") }))
      .filter(({ parts }) => (vmid ?? parts[6]) === parts[6] && (typefilter ?? parts[5]) === parts[5])
      .map(({ upid, looks, exit, parts }) => ({
        ...{ upid, node: parts[1], type: parts[5], id: parts[6], user: parts[7] },
        starttime: Number.parseInt(parts[4] ?? "", 16),
        ...(looks > 0 ? { status: "RUNNING" } : { endtime: sampleTime + 60, status: exit }),
      }));
  }
}
