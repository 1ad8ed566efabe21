import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serverInit, smallUpdate, type Turn, word } from "../../../rfb/testing/dialogue.ts";
import { TestViewer } from "../../../rfb/testing/viewer.ts";
import { answer, FakeVcenter, fault } from "../testing/fake-vcenter.ts";
import { OpenedVsphere } from "../testing/opened.ts";
import { TicketHost } from "../testing/ticket-host.ts";
import { isAtLeast } from "./ticket.ts";

let vcenter: FakeVcenter;
let opened: OpenedVsphere;
let host: TicketHost;
/** What is inside the answer to AcquireTicket, made anew for each. */
let ticket: () => string;
let turns: Turn[];
let heard: number;

const dialogue: Turn[] = ["RFB 003.008\n", { hear: 12 }, Buffer.of(1, 1), { hear: 1 }, word(0), { hear: 1 }];
const place = () => `<host>127.0.0.1</host><port>${host.port}</port>`;
const sha256 = (pin: string) =>
  `<certThumbprintList><thumbprint>${pin}</thumbprint><hashAlgorithm>sha256</hashAlgorithm></certThumbprintList>`;

beforeEach(async () => {
  turns = [...dialogue, serverInit(640, 480, "web-1")];
  heard = 0;
  host = new TicketHost((stream) => {
    let due = 0;
    const left = [...turns];
    const play = () => {
      for (let next = left[0]; next !== undefined; next = left[0]) {
        if (typeof next === "object" && "hear" in next) {
          if (heard < due + next.hear) return;
          due += next.hear;
        } else if (next === "hang up") stream.destroy();
        else stream.write(next);
        left.shift();
      }
    };
    stream.on("data", (bytes: Buffer) => {
      heard += bytes.length;
      play();
    });
    play();
  });
  await host.start();
  vcenter = new FakeVcenter();
  await vcenter.start();
  vcenter.vm("vm-1");
  vcenter.vm("vm-2", { "runtime.powerState": "poweredOff" });
  vcenter.vm("vm-3", { "summary.config": "<template>true</template>" });
  ticket = () => `<ticket>${host.issue()}</ticket>${place()}${sha256(host.sha256)}`;
  vcenter.intercept = (method, response) => {
    if (method !== "AcquireTicket") return false;
    answer(response, method, `<returnval>${ticket()}</returnval>`);
    return true;
  };
  opened = new OpenedVsphere(vcenter.port, { pin: vcenter.pin });
  await opened.observe();
});
afterEach(async () => {
  await opened.system.close();
  await vcenter.stop();
  await host.stop();
});

const open = async (resource = "vc/vms/vm-1", signal = AbortSignal.timeout(20_000)) => {
  const source = await opened.system.openScreen?.(resource, signal);
  if (!source) throw new Error("no screen");
  return source;
};
const asked = () => vcenter.calls.filter((each) => each === "AcquireTicket").length;

describe("the screen of a VM", () => {
  test("is RFB inside a WebSocket of its host, by a ticket", async () => {
    const viewer = new TestViewer(await open());
    expect(viewer.source).toMatchObject({ name: "web-1", width: 640, height: 480 });
    turns = [];
    expect((await viewer.greet()).subarray(24).toString()).toBe("web-1");
    expect(host.offered).toEqual(["binary"]);
    viewer.source.close();
    await opened.until(() => host.connections.ended === host.connections.made);
  });

  test("shows what comes, and ends with an error when its host ends it", async () => {
    turns.push(smallUpdate, { hear: 10 }, "hang up");
    const viewer = new TestViewer(await open());
    await viewer.greet();
    await viewer.until(() => viewer.firstPixels === 1);
    viewer.source.write(Buffer.from("03000000000002000001", "hex"));
    await viewer.until(() => viewer.ends.length === 1);
    expect(viewer.ends[0]?.error).toMatchObject({ code: "rfb.ended" });
  });

  test("needs a ticket of its own each time", async () => {
    for (const viewer of [await open(), await open()]) viewer.close();
    expect(asked()).toBe(2);
  });

  test("is asked for once more when its ticket has run out on the way, and not for ever", async () => {
    const issue = ticket;
    ticket = () => {
      const late = issue();
      if (asked() === 1) host.expireAll();
      return late;
    };
    (await open()).close();
    expect(asked()).toBe(2);
    // The same ticket again and again: it admits once.
    const used = issue();
    ticket = () => used;
    (await open()).close();
    const refused = await open().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "vsphere.ticket-refused" });
    expect(JSON.stringify(refused)).not.toContain("cst-");
    expect(asked()).toBe(5);
  });

  test("is not opened at a host with another certificate than vCenter says", async () => {
    ticket = () => `<ticket>${host.issue()}</ticket>${place()}${sha256("AB".repeat(32))}`;
    await expect(open()).rejects.toMatchObject({ code: "vsphere.host-certificate-changed" });
    ticket = () => `<ticket>${host.issue()}</ticket>${place()}<sslThumbprint>${host.sha256}</sslThumbprint>`;
    await expect(open()).rejects.toMatchObject({ code: "vsphere.host-certificate-untrusted" });
    expect(host.offered).toEqual([]);
  });

  test.each([
    ["SHA-1 alone", () => `<sslThumbprint>${host.sha1}</sslThumbprint>`],
    ["the certificate itself", () => `<sslCertificate>${host.pem}</sslCertificate>`],
    [
      "SHA-256 beside an SHA-1 of something else",
      () => `<sslThumbprint>${"AA:".repeat(19)}AA</sslThumbprint>${sha256(host.sha256)}`,
    ],
  ])("is opened where vCenter tells %s", async (_words, told) => {
    ticket = () => `<ticket>${host.issue()}</ticket>${place()}${told()}`;
    (await open()).close();
  });

  test.each([
    ["no ticket", () => place()],
    ["a ticket that is a way elsewhere", () => `<ticket>../../ui?</ticket>${place()}`],
    ["a port that is none", () => "<ticket>t</ticket><port>99999</port>"],
    ["an odd host", () => "<ticket>t</ticket><host>a b/c</host>"],
  ])("is not opened by an answer with %s", async (_words, told) => {
    ticket = told;
    await expect(open()).rejects.toMatchObject({ code: "vsphere.garbage" });
  });

  test("says that the host does not answer, hangs up, or speaks something else", async () => {
    turns = ["hang up"];
    await expect(open()).rejects.toMatchObject({ code: "rfb.closed-early" });
    turns = ["HTTP/1.1 200 OK\r\n\r\n"];
    await expect(open()).rejects.toMatchObject({ code: "rfb.not-rfb" });
    turns = [];
    const aborting = new AbortController();
    const opening = open("vc/vms/vm-1", aborting.signal);
    await opened.until(() => host.offered.length === 3);
    aborting.abort();
    await expect(opening).rejects.toMatchObject({ code: "general.cancelled" });
    await opened.until(() => host.connections.ended === host.connections.made);
  });

  test("is refused in words by an old server, or where the user may not", async () => {
    for (const [type, code] of [
      ["MethodNotFound", "vsphere.not-offered"],
      ["NoPermission", "vsphere.no-permission"],
      ["InvalidPowerState", "vsphere.invalid-power-state"],
    ] as const) {
      vcenter.intercept = (method, response) => {
        if (method !== "AcquireTicket") return false;
        fault(response, type);
        return true;
      };
      await expect(open()).rejects.toMatchObject({ code });
    }
  });

  test("closes with its system", async () => {
    const viewer = new TestViewer(await open());
    await viewer.greet();
    await opened.system.close();
    expect(viewer.ends).toMatchObject([{ error: null }]);
  });
});

test("is offered for VMs that run, and says why not for others", async () => {
  const offers = (id: string) => opened.system.consoles?.(id);
  expect(offers("vc/vms/vm-1")).toEqual([{ kind: "screen", unavailable: null }]);
  expect(offers("vc/vms/vm-2")?.[0]?.unavailable?.en).toContain("is off");
  expect(offers("vc/vms/vm-3")).toEqual([]);
  expect(offers("other/vms/vm-1")).toEqual([]);
  await expect(open("other/vms/vm-1")).rejects.toMatchObject({ code: "vsphere.no-screen" });
});

test("versions are compared number by number", () => {
  const later = ["7.0.3.1", "7.0.10", "8.0", "8.0.0.0"];
  const earlier = ["7.0.3.0", "7.0.3", "6.5", "nonsense", null];
  expect(later.every((version) => isAtLeast(version, "7.0.3.1"))).toBe(true);
  expect(earlier.some((version) => isAtLeast(version, "7.0.3.1"))).toBe(false);
});
