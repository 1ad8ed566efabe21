import { once } from "node:events";
import type { Duplex } from "node:stream";
import { duplexPair } from "node:stream";
import { connect } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createWebSocketStream, WebSocket } from "ws";
import { ManualClock } from "../../world/clock.ts";
import { openRegions } from "./testing/test-region.ts";

const collector = "PropertyCollector:propertyCollector";
const ofGuests = (paths: readonly string[], view: string) =>
  `<propSet><type>VirtualMachine</type>${paths.map((path) => `<pathSet>${path}</pathSet>`).join("")}</propSet><objectSet><obj type="ContainerView">${view}</obj><skip>true</skip><selectSet xsi:type="TraversalSpec"><type>ContainerView</type><path>view</path></selectSet></objectSet>`;
const valuesOf = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, "g"))].map(([, value]) => value ?? "");
const firstValue = (xml: string, name: string) => valuesOf(xml, name)[0] ?? "";

describe("the lab's vCenter", () => {
  let clock: ManualClock;
  let lab: Awaited<ReturnType<typeof openRegions>>;
  beforeEach(async () => {
    clock = new ManualClock();
    lab = await openRegions(clock);
  });
  afterEach(async () => {
    await lab.close();
    expect(lab.failures).toEqual([]);
  });

  const wait = (version: string, seconds = 0, most?: number) =>
    lab.call(
      "WaitForUpdatesEx",
      collector,
      `<version>${version}</version><options><maxWaitSeconds>${seconds}</maxWaitSeconds>${most ? `<maxObjectUpdates>${most}</maxObjectUpdates>` : ""}</options>`,
    );
  const follow = async (...paths: string[]) => {
    const made = await lab.call(
      "CreateContainerView",
      "ViewManager",
      '<container type="Folder">group-d1</container><type>VirtualMachine</type><recursive>true</recursive>',
    );
    const spec = ofGuests(paths, firstValue(made.body, "returnval"));
    return lab.call("CreateFilter", collector, `<spec>${spec}</spec><partialUpdates>false</partialUpdates>`);
  };

  it("says what it is to anybody, and everything else to who has logged in only", async () => {
    const content = await lab.call("RetrieveServiceContent", "ServiceInstance");
    expect([content.status, firstValue(content.body, "apiVersion")]).toEqual([200, "8.0.2.0"]);
    const stranger = await wait("");
    expect([stranger.status, stranger.body.includes('xsi:type="NotAuthenticated"')]).toEqual([500, true]);
    expect((await lab.logIn("console@vsphere.example", "wrong")).body).toContain("InvalidLoginFault");
    const session = await lab.logIn();
    expect(firstValue(session.body, "userName")).toBe("console@vsphere.example");
    const nonsense = await lab.call("Frobnicate", "SessionManager");
    expect(nonsense.body).toContain("MethodNotFoundFault");
    expect((await lab.call("PowerOnVM_Task", "VirtualMachine:vm-9")).body).toContain("ManagedObjectNotFound");
    await lab.call("Logout", "SessionManager");
    expect((await wait("")).body).toContain("NotAuthenticatedFault");
  });

  it("tells everything in pages, then only what has changed", async () => {
    await lab.logIn();
    await follow("name", "runtime.powerState", "runtime.host");
    const names = new Set<string>();
    let version = "";
    for (let page = 0; page < 4; page += 1) {
      const { body } = await wait(version, 0, 20);
      version = firstValue(body, "version");
      for (const name of valuesOf(body, "val").filter((each) => each.startsWith("east-"))) names.add(name);
      expect(body.includes("<truncated>true</truncated>")).toBe(page < 3);
    }
    expect(names.size).toBe(63);
    expect((await wait(version)).body).not.toContain("returnval");

    const waiting = wait(version, 30);
    const task = lab.world.virtual.powerOffGuest("east/vm-1012", "somebody");
    clock.advance(10_000);
    const { body } = await waiting;
    expect(task.state).toBe("done");
    expect(valuesOf(body, "kind")).toEqual(["modify"]);
    expect(valuesOf(body, "name")).toEqual(["runtime.powerState"]);
    expect(body).toContain('xsi:type="VirtualMachinePowerState">poweredOff<');

    // An answer that was lost is asked for again; an old version means nothing any more.
    expect((await wait(version)).body).toBe(body);
    expect((await wait("1")).body).toContain("InvalidCollectorVersion");
    lab.world.virtual.dropGuest("east/vm-1012");
    expect(valuesOf((await wait(firstValue(body, "version"))).body, "kind")).toEqual(["leave"]);
  });

  it("refuses a property that there is none of, and a filter on nothing", async () => {
    await lab.logIn();
    expect((await follow("nosuch")).body).toContain("<name>nosuch</name>");
    const gone =
      '<spec><propSet><type>Task</type><pathSet>info</pathSet></propSet><objectSet><obj type="Task">task-9</obj></objectSet></spec>';
    expect((await lab.call("CreateFilter", collector, gone)).body).toContain("ManagedObjectNotFound");
    expect((await lab.call("RetrievePropertiesEx", collector, "<specSet/>")).body).toContain(
      "InvalidArgument",
    );
  });

  it("ends a wait when it is cancelled, and when its session ends", async () => {
    await lab.logIn();
    await follow("name");
    const { body } = await wait("");
    const version = firstValue(body, "version");
    let cancelled = "";
    const waiting = wait(version, 60).then((answer) => {
      cancelled = answer.body;
    });
    // The wait may not have begun when the first word to cancel it arrives.
    await expect
      .poll(async () => {
        await lab.call("CancelWaitForUpdates", collector);
        return cancelled;
      })
      .toContain("RequestCanceled");
    await waiting;
    const ended = wait(version, 60);
    await lab.call("CurrentTime", "ServiceInstance");
    lab.world.inject(["vcenter-session-expired", "east"]);
    expect((await ended).body).toContain("NotAuthenticatedFault");
    expect((await lab.logIn()).status).toBe(200);
  });

  it("follows a task to its fault, and keeps tasks and events in order", async () => {
    await lab.logIn();
    lab.world.inject(["task-fails", "east-app-1"]);
    const begun = await lab.call("PowerOffVM_Task", "VirtualMachine:vm-1012");
    const task = firstValue(begun.body, "returnval");
    clock.advance(60_000);
    const spec = `<specSet><propSet><type>Task</type><pathSet>info</pathSet></propSet><objectSet><obj type="Task">${task}</obj></objectSet></specSet>`;
    const info = await lab.call("RetrievePropertiesEx", collector, spec);
    expect([firstValue(info.body, "state"), firstValue(info.body, "descriptionId")]).toEqual([
      "error",
      "VirtualMachine.powerOff",
    ]);
    expect(info.body).toContain('<fault xsi:type="SystemError">');
    lab.world.clear();
    for (let count = 0; count < 4; count += 1) {
      await lab.call("CreateSnapshot_Task", "VirtualMachine:vm-1012", `<name>number ${count}</name>`);
      clock.advance(60_000);
    }
    const scope =
      '<filter><entity><entity type="VirtualMachine">vm-1012</entity><recursion>self</recursion></entity></filter>';
    const made = await lab.call("CreateCollectorForTasks", "TaskManager", scope);
    const history = `TaskHistoryCollector:${firstValue(made.body, "returnval")}`;
    const keys = async (method: string) =>
      valuesOf((await lab.call(method, history, "<maxCount>2</maxCount>")).body, "key");
    expect(await keys("ReadNextTasks")).toEqual(["task-1", "task-2"]);
    expect(await keys("ReadNextTasks")).toEqual(["task-3", "task-4"]);
    expect(await keys("ReadPreviousTasks")).toEqual(["task-4", "task-3"]);
    const events = await lab.call("QueryEvents", "EventManager", scope);
    expect(events.body.match(/xsi:type="VmReconfiguredEvent"/g)).toHaveLength(4);
  });

  it("has an empty host go into standby, and wakes it", async () => {
    await lab.logIn();
    const host = "HostSystem:host-15";
    const ended = async (method: string) => {
      const begun = await lab.call(method, host, "<timeoutSec>60</timeoutSec>");
      clock.advance(120_000);
      return lab.world.virtual.tasks.get(`east/${firstValue(begun.body, "returnval")}`);
    };
    const runtime = async () => {
      const spec = `<specSet><propSet><type>HostSystem</type><pathSet>runtime</pathSet></propSet><objectSet><obj type="HostSystem">host-15</obj></objectSet></specSet>`;
      const { body } = await lab.call("RetrievePropertiesEx", collector, spec);
      return ["powerState", "connectionState", "standbyMode"].map((name) => firstValue(body, name));
    };
    expect((await ended("PowerUpHostFromStandBy_Task"))?.fault?.code).toBe("invalid");
    expect((await ended("PowerDownHostToStandBy_Task"))?.fault?.words).toContain("still runs");
    await ended("EnterMaintenanceMode_Task");
    expect((await ended("PowerDownHostToStandBy_Task"))?.state).toBe("done");
    expect(await runtime()).toEqual(["standBy", "notResponding", "in"]);
    const before = lab.world.virtual.host("east-esx-5").bootedAt;
    expect((await ended("PowerUpHostFromStandBy_Task"))?.state).toBe("done");
    expect(await runtime()).toEqual(["poweredOn", "connected", "none"]);
    expect(lab.world.virtual.host("east-esx-5").bootedAt).toBeGreaterThan(before);
  });

  it("shows a guest's screen for a ticket, once, at its own host only", async () => {
    await lab.logIn();
    const guest = lab.world.virtual.guest("east/vm-1012");
    const acquire = async () =>
      (await lab.call("AcquireTicket", "VirtualMachine:vm-1012", "<ticketType>webmks</ticketType>")).body;
    const answer = await acquire();
    const [ticket, address] = [firstValue(answer, "ticket"), firstValue(answer, "host")];
    expect(address).toBe(lab.world.virtual.host(guest.host).address);
    const look = (host: string, given: string) => {
      const socket = new WebSocket(`ws://screen/ticket/${given}`, ["binary"], {
        createConnection: () => throughTls(lab.network.find(host, 443)),
      });
      return { socket, stream: createWebSocketStream(socket) };
    };
    const elsewhere =
      [...lab.world.virtual.hosts.values()].find((host) => host.id !== guest.host)?.address ?? "";
    const stolen = look(elsewhere, firstValue(await acquire(), "ticket"));
    await expect(once(stolen.stream, "data")).rejects.toThrow("403");
    const { socket, stream } = look(address, ticket);
    expect(String(await once(stream, "data"))).toContain("RFB 003.008");
    const again = look(address, ticket);
    await expect(once(again.stream, "data")).rejects.toThrow("403");
    // Who looks loses sight of a guest that is off.
    const closed = once(socket, "close");
    lab.world.virtual.powerOffGuest(guest.id, "somebody");
    clock.advance(5_000);
    await closed;
  });

  it.each([
    ["vcenter-garbage", /./],
    ["vcenter-truncated", /aborted|reset|hang up/],
    ["vcenter-down", /reset|hang up|disconnected|EPIPE/i],
  ])("answers badly while %s lies over it, and well again afterwards", async (fault, reason) => {
    lab.world.inject([fault, "east"]);
    await expect(lab.call("RetrieveServiceContent", "ServiceInstance")).rejects.toThrow(reason);
    lab.world.clear();
    expect((await lab.call("RetrieveServiceContent", "ServiceInstance")).status).toBe(200);
  });

  const shown = async (port = lab.port) => {
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerCertificate();
    socket.destroy();
    return fingerprint256;
  };

  it("takes a connection and says nothing while it hangs, as long as others answer, and goes on afterwards", async () => {
    lab.world.inject(["vcenter-hang", "east"]);
    let isAnswered = false;
    const asked = lab.call("RetrieveServiceContent", "ServiceInstance").finally(() => {
      isAnswered = true;
    });
    // What the other one answers in the meantime begins later and takes as long.
    for (let times = 0; times < 5; times++) expect(await shown(lab.otherPort)).not.toBe(lab.pin);
    expect(isAnswered).toBe(false);
    await expect(
      lab.call("RetrieveServiceContent", "ServiceInstance", "", AbortSignal.timeout(50)),
    ).rejects.toThrow(/abort|timeout/i);
    lab.world.clear();
    expect((await asked).status).toBe(200);
  });

  it("shows another certificate when it is told to", async () => {
    expect(await shown()).toBe(lab.pin);
    lab.world.inject(["vcenter-certificate-changed", "east"]);
    expect(await shown()).not.toBe(lab.pin);
  });
});

/** A TLS connection to a door of the lab's network. */
function throughTls(door: { connect(stream: Duplex, from: { address: string; port: number }): void } | null) {
  const [near, far] = duplexPair();
  door?.connect(far, { address: "127.0.0.1", port: 1 });
  const socket = connect({ socket: near, rejectUnauthorized: false });
  // Half of a pair of streams never closes by itself once the other half is gone, as a socket would.
  socket.once("end", () => socket.destroy());
  return socket;
}
