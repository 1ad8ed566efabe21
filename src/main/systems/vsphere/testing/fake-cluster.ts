import type { FakeVcenter } from "./fake-vcenter.ts";
import { answer, fault } from "./fake-vcenter.ts";

const ids = (type: string, all: Iterable<string>) =>
  [...all].map((id) => `<ManagedObjectReference type="${type}">${id}</ManagedObjectReference>`).join("");

/** A cluster of three hosts in a fake vCenter, whose VMs move, and that goes into and out of maintenance mode. */
export class FakeCluster {
  /** Objects whose tasks fail, by the fault that they end with. */
  readonly refused = new Map<string, string>();
  /** VMs whose task stays under way until it is let go. */
  readonly held = new Set<string>();
  /** Methods that this server does not have. */
  readonly missing = new Set<string>();
  /** The most moves that were under way at a time. */
  most = 0;
  onMoved: (vm: string) => void = () => undefined;
  readonly #vcenter: FakeVcenter;
  readonly #under = new Map<string, () => void>();
  #tasks = 0;

  constructor(vcenter: FakeVcenter, automation = "manual", more = "") {
    this.#vcenter = vcenter;
    vcenter.objects.set("domain-c1", {
      type: "ClusterComputeResource",
      properties: {
        name: "forge",
        host: ids("HostSystem", ["host-1", "host-2", "host-3"]),
        configurationEx: `<drsConfig><enabled>true</enabled><defaultVmBehavior>${automation}</defaultVmBehavior></drsConfig>${more}`,
      },
    });
    for (const number of [1, 2, 3]) this.host(`host-${number}`, `esx-${number}`);
    vcenter.intercept = (method, response) => this.#serve(method, response);
  }

  host(id: string, name: string, more: Record<string, string> = {}): void {
    this.#vcenter.objects.set(id, {
      type: "HostSystem",
      properties: {
        name,
        parent: "@ClusterComputeResource domain-c1",
        "runtime.connectionState": "connected",
        "runtime.powerState": "poweredOn",
        "runtime.inMaintenanceMode": "false",
        "runtime.bootTime": "2026-01-01T00:00:00Z",
        vm: "",
        datastore: ids("Datastore", ["datastore-1"]),
        network: ids("Network", ["network-1"]),
        "summary.hardware": `<memorySize>${64 * 2 ** 30}</memorySize><numCpuCores>16</numCpuCores>`,
        recentTask: "",
        ...more,
      },
    });
  }

  /** A VM that is on, on one of the hosts. */
  guest(id: string, host: string, more: Record<string, string> = {}, gibibytes = 4): void {
    this.#vcenter.vm(id, {
      "runtime.host": `@HostSystem ${host}`,
      "summary.config": `<template>false</template><numCpu>2</numCpu><memorySizeMB>${gibibytes * 1024}</memorySizeMB>`,
      datastore: ids("Datastore", ["datastore-1"]),
      network: ids("Network", ["network-1"]),
      "config.hardware.device": "",
      recentTask: "",
      ...more,
    });
    this.#fill(host);
  }

  hostOf(vm: string): string | null {
    return this.#vcenter.objects.get(vm)?.properties["runtime.host"]?.replace("@HostSystem ", "") ?? null;
  }

  /** Puts a VM elsewhere, as somebody else would. */
  put(vm: string, host: string): void {
    const from = this.hostOf(vm);
    this.#vcenter.change(vm, { "runtime.host": `@HostSystem ${host}` });
    for (const each of [from, host]) if (each) this.#fill(each);
  }

  /** Takes a VM away, as somebody else would. */
  remove(vm: string): void {
    const from = this.hostOf(vm);
    this.#vcenter.remove(vm);
    if (from) this.#fill(from);
  }

  set(id: string, properties: Record<string, string>): void {
    const type = this.#vcenter.objects.get(id)?.type;
    this.#vcenter.change(id, properties, type);
  }

  /** Lets a task go that was held. */
  release(of: string): void {
    this.held.delete(of);
    const go = this.#under.get(of);
    this.#under.delete(of);
    go?.();
  }

  #fill(host: string): void {
    const here = [...this.#vcenter.objects].flatMap(([id]) => (this.hostOf(id) === host ? [id] : []));
    this.set(host, { vm: ids("VirtualMachine", here) });
  }

  #serve(method: string, response: Parameters<NonNullable<FakeVcenter["intercept"]>>[1]): boolean {
    if (this.missing.has(method)) {
      fault(response, "MethodNotFound");
      return true;
    }
    const body = this.#vcenter.bodies.at(-1) ?? "";
    const of = /<_this type="\w+">([^<]*)</.exec(body)?.[1] ?? "";
    const work = this.#workOf(method, of, body);
    if (method === "CancelTask") {
      this.#end(of, "error", "RequestCanceled");
      return false;
    }
    if (!work) return false;
    const task = this.#begin(of, work.operation);
    answer(response, method, `<returnval type="Task">${task}</returnval>`);
    const finish = () => {
      if (this.#state(task) !== "running") return;
      const wrong = this.refused.get(of);
      if (!wrong) work.run();
      this.#end(task, wrong ? "error" : "success", wrong);
    };
    this.#under.set(of, finish);
    this.most = Math.max(this.most, this.#under.size);
    // Everything takes a moment, so that two can be under way.
    if (!this.held.has(of)) setImmediate(() => setImmediate(() => this.release(of)));
    return true;
  }

  #workOf(method: string, of: string, body: string): { operation: string; run(): void } | null {
    const set = (properties: Record<string, string>) => () => this.set(of, properties);
    if (method === "MigrateVM_Task" || method === "RelocateVM_Task") {
      const to = /<host type="HostSystem">([^<]*)</.exec(body)?.[1] ?? "";
      const operation = method === "MigrateVM_Task" ? "VirtualMachine.migrate" : "VirtualMachine.relocate";
      const run = () => {
        this.put(of, to);
        this.onMoved(of);
      };
      return { operation, run };
    }
    if (method === "EnterMaintenanceMode_Task")
      return {
        operation: "HostSystem.enterMaintenanceMode",
        run: set({ "runtime.inMaintenanceMode": "true" }),
      };
    if (method === "ExitMaintenanceMode_Task")
      return {
        operation: "HostSystem.exitMaintenanceMode",
        run: set({ "runtime.inMaintenanceMode": "false" }),
      };
    if (method === "RebootHost_Task")
      return { operation: "HostSystem.reboot", run: set({ "runtime.connectionState": "notResponding" }) };
    return null;
  }

  #begin(of: string, operation: string): string {
    this.#tasks += 1;
    const task = `task-${this.#tasks}0`;
    this.#vcenter.objects.set(task, {
      type: "Task",
      properties: { "info.state": "running", "info.descriptionId": operation },
    });
    this.set(of, { recentTask: ids("Task", [task]) });
    return task;
  }

  #state(task: string): string | undefined {
    return this.#vcenter.objects.get(task)?.properties["info.state"];
  }

  #end(task: string, state: "success" | "error", wrong?: string): void {
    const properties = this.#vcenter.objects.get(task)?.properties;
    if (!properties) return;
    properties["info.state"] = state;
    if (wrong)
      properties["info.error"] =
        `<fault xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${wrong}"/><localizedMessage>secret words</localizedMessage>`;
  }
}
