import { connect } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import type { Observation } from "../../../shared/resource.ts";
import { vncSystemSchema } from "../../../shared/systems/vnc.ts";
import type { Reach } from "../../reach/reach.ts";
import { nobodyToAsk } from "../../reach/testing/nobody-to-ask.ts";
import { password, smallUpdate, word } from "../../rfb/testing/dialogue.ts";
import { TestViewer } from "../../rfb/testing/viewer.ts";
import type { System } from "../system.ts";
import { vncSystem } from "./index.ts";
import { FakeVnc, pin, secured } from "./testing/fake-vnc.ts";

const signal = new AbortController().signal;
let vnc: FakeVnc;
let system: System | null;
let dials: unknown[];
let resolved = 0;
beforeEach(async () => {
  vnc = await FakeVnc.start();
  dials = [];
  resolved = 0;
  system = null;
});
afterEach(async () => {
  await system?.close();
  await vnc.close();
});

function systemWith(screen: object, defaults: object = {}): System {
  const { port } = vnc;
  const config = vncSystemSchema.parse({
    type: "vnc",
    password: "keychain:vnc",
    ...defaults,
    screens: { vm: { address: "127.0.0.1", port, ...screen } },
  });
  const dial: Reach["dial"] = async (place) => {
    dials.push(place);
    const socket = connect(place.port, place.address);
    await new Promise((resolve) => socket.once("connect", resolve));
    return socket;
  };
  system = vncSystem.create(config, {
    id: "screens",
    reach: { dial } as Partial<Reach> as Reach,
    secrets: {
      async resolve() {
        resolved += 1;
        return { reveal: () => password };
      },
    },
    questions: nobodyToAsk,
    now: Date.now,
  });
  return system;
}

async function open(screen: object, defaults: object = {}): Promise<TestViewer> {
  const source = await systemWith(screen, defaults).openScreen?.("vm", signal);
  if (!source) throw new Error("no screen");
  return new TestViewer(source);
}

async function refusal(screen: object, defaults: object = {}): Promise<OpsError> {
  const error = await open(screen, defaults).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof OpsError)) throw new Error("no OpsError", { cause: error });
  expect(JSON.stringify(error.toWire())).not.toContain(password);
  return error;
}

describe("a screen of the estate", () => {
  test("is declared, never read, and has one console", async () => {
    const screens = systemWith({ parent: "host", site: "atelier" }, { environment: "production" });
    expect(screens.declarations()).toEqual([
      {
        id: "vm",
        kind: "vm",
        name: "vm",
        system: "screens",
        parent: "host",
        site: "atelier",
        environment: "production",
        staleAfter: null,
      },
    ]);
    const observed: Observation[] = [];
    await screens.observe(
      { declare: () => undefined, redeclare: () => undefined, observe: (each) => observed.push(...each) },
      signal,
    );
    expect(observed).toEqual([]);
    expect(dials).toEqual([]);
    expect(screens.consoles?.("vm")).toEqual([{ kind: "screen", unavailable: null }]);
    expect(screens.consoles?.("another")).toEqual([]);
    expect(screens.secrets?.()).toEqual([{ reference: "keychain:vnc", usedBy: "vm" }]);
    await expect(screens.openScreen?.("another", signal)).rejects.toMatchObject({ code: "vnc.no-screen" });
  });

  test("is reached the way that the estate names, and ends with its system", async () => {
    const viewer = await open({ via: "bounce" }, { allowlist: "office" });
    expect(dials).toMatchObject([{ via: "bounce", allowlist: "office", address: "127.0.0.1" }]);
    await viewer.greet();
    await viewer.until(() => viewer.firstPixels === 1);
    const closed = new Promise((resolve) => vnc.sockets[0]?.once("close", resolve));
    await system?.close();
    await closed;
    expect(viewer.ends).toEqual([{ error: null, returns: null }]);
  });

  test("of an AMT machine is translated", async () => {
    vnc.behave = (socket) => vnc.play(socket, [], "Intel(r) AMT KVM");
    const viewer = await open({ name: "Tower A" });
    const init = await viewer.greet();
    expect(init.subarray(24).toString()).not.toBe("Intel(r) AMT KVM");
    expect(init[4]).toBe(32);
  });
});

describe("TLS after VeNCrypt", () => {
  test.each([
    ["X509Vnc", [261], ["261", "right"], { tls: { pin } }],
    ["X509None", [260], ["260"], { tls: { pin } }],
    ["X509Plain", [262], ["262", `operator${password}`], { tls: { pin }, user: "operator" }],
    ["TLSVnc", [258], ["258", "right"], {}],
    ["TLSNone", [257], ["257"], {}],
    ["TLSPlain", [259], ["259", `operator${password}`], { tls: "anonymous", user: "operator" }],
  ])("carries %s", async (_name, types, expected, screen) => {
    vnc.behave = (socket) => vnc.play(socket, types);
    const viewer = await open(screen);
    await viewer.greet();
    await viewer.until(() => viewer.firstPixels === 1);
    expect(viewer.shown.subarray(-smallUpdate.length)).toEqual(smallUpdate);
    expect(vnc.heard).toEqual(expected);
    const closed = new Promise((resolve) => vnc.sockets[0]?.once("close", resolve));
    viewer.source.close();
    await closed;
  });

  test("is not gone on with when the certificate is another, or nobody vouches for it", async () => {
    vnc.behave = (socket) => vnc.play(socket, [261]);
    const changed = await refusal({ tls: { pin: "00".repeat(32) } });
    expect(changed.code).toBe("rfb.certificate-changed");
    expect(changed.message).toContain(pin.toUpperCase().slice(0, 2));
    await system?.close();
    expect((await refusal({ tls: true })).code).toBe("rfb.certificate-untrusted");
    await system?.close();
    expect((await refusal({})).code).toBe("rfb.certificate-untrusted");
    expect(resolved).toBe(0);
    expect(vnc.heard.filter((words) => words !== "Error: closed")).toEqual(["261", "261", "261"]);
  });

  test("that is garbage, or closed in the middle, is told", async () => {
    vnc.behave = (socket) => {
      socket.write(
        Buffer.concat([Buffer.from("RFB 003.008\n"), Buffer.of(1, 19, 0, 2, 0, 1), word(261), Buffer.of(1)]),
      );
      socket.write("this is no TLS at all, whatever it may look like");
    };
    expect((await refusal({ tls: { pin } })).code).toBe("rfb.tls-failed");
    await system?.close();
    vnc.behave = (socket) => {
      socket.write(Buffer.concat([Buffer.from("RFB 003.008\n"), Buffer.of(1, 19, 0, 2, 0, 1), word(261)]));
      socket.end(Buffer.of(1));
    };
    expect((await refusal({ tls: { pin } })).code).toBe("rfb.tls-failed");
  });

  test("that is refused by the server is told with what was offered", async () => {
    vnc.behave = (socket) =>
      socket.write(
        Buffer.concat([Buffer.from("RFB 003.008\n"), Buffer.of(1, 19, 0, 2, 0, 1), word(261), Buffer.of(0)]),
      );
    const error = await refusal({ tls: { pin } });
    expect(error.code).toBe("rfb.no-common-security");
    expect(error.message).toContain("X509Vnc");
  });
});

describe("TLS from the first byte", () => {
  test("is spoken before RFB", async () => {
    vnc.behave = (socket) => vnc.play(secured(socket), []);
    const viewer = await open({ tls: { pin, fromStart: true } });
    await viewer.greet();
    await viewer.until(() => viewer.firstPixels === 1);
  });

  test("with another certificate says nothing of RFB", async () => {
    const heard: string[] = [];
    vnc.behave = (socket) => {
      secured(socket).on("data", (bytes: Buffer) => heard.push(bytes.toString()));
    };
    expect((await refusal({ tls: { pin: "00".repeat(32), fromStart: true } })).code).toBe(
      "rfb.certificate-changed",
    );
    expect(heard).toEqual([]);
  });
});
