import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { amtSystemSchema } from "../../../../shared/systems/amt.ts";
import type { LocalText } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import { connectionRefused } from "../../../reach/faults.ts";
import { nobodyToAsk } from "../../../reach/testing/nobody-to-ask.ts";
import { FakeScreen } from "../../../sessions/testing/fakes.ts";
import type { ScreenEnd, ScreenSource } from "../../system.ts";
import { machineActions } from "../actions.ts";
import { MachineAccess } from "../machine-access.ts";
import { amtMachines } from "../machines.ts";
import { FakeAmt } from "../testing/fake-amt.ts";
import { FakeRedirection } from "../testing/fake-redirection.ts";
import { accessTo, actionContext, dialLoopback, FakeClock, FakeSecrets } from "../testing/surroundings.ts";
import { MachineConsoles } from "./consoles.ts";

const signal = new AbortController().signal;
let amt: FakeAmt;
let redirection: FakeRedirection;
let access: MachineAccess;
let consoles: MachineConsoles;
let unread: LocalText | null;

beforeEach(async () => {
  amt = await FakeAmt.start();
  redirection = await FakeRedirection.start(amt);
  access = accessTo({ "tower-a": amt.port }, new FakeClock());
  unread = null;
  consoles = consolesOf(access);
});
afterEach(async () => {
  access.close();
  await redirection.close();
  await amt.close();
});

function consolesOf(of: MachineAccess, silence = 60_000): MachineConsoles {
  return new MachineConsoles({
    access: of,
    questions: nobodyToAsk,
    unread: () => unread,
    times: { open: 5000, silence },
  });
}

/** What a screen shows and how it ends. */
function watched(screen: ScreenSource) {
  const seen = { bytes: Buffer.alloc(0), ends: [] as ScreenEnd[] };
  screen.onData((bytes) => {
    seen.bytes = Buffer.concat([seen.bytes, bytes]);
  });
  screen.onEnd((end) => void seen.ends.push(end));
  screen.resume();
  return seen;
}

function action(id: string): Action {
  const found = machineActions(access, { onChanged: () => undefined, questions: nobodyToAsk }).find(
    (each) => each.id === id,
  );
  if (!found) throw new Error(`no action ${id}`);
  return found;
}

/** Runs an action up to the answer of the firmware. */
async function apply(id: string, ending: AbortSignal = signal, input: Record<string, unknown> = {}) {
  const { context, trail } = actionContext("tower-a", ending);
  const chosen = action(id);
  const probe = await chosen.probe(context, input);
  return { applied: await chosen.apply(context, input, probe), trail };
}

const powerRequests = () => amt.received.filter(({ body }) => body.includes("RequestPowerStateChange_INPUT"));

describe("a screen", () => {
  test("is RFB 3.8 without a log-in, and says by which way it came", async () => {
    const screen = await consoles.openScreen("tower-a", signal);
    expect(screen).toMatchObject({ route: "amt-redirection", width: 640, height: 400 });
    const seen = watched(screen);
    await expect.poll(() => seen.bytes.toString("latin1")).toBe("RFB 003.008\n");
    screen.close();
    expect(seen.ends).toEqual([{ error: null, returns: null }]);
    await expect.poll(() => redirection.sessions[0]?.over).toBe(true);
    await expect.poll(() => access.sessions.count("tower-a")).toBe(0);
  });

  test("that AMT ends says that AMT does so", async () => {
    const screen = await consoles.openScreen("tower-a", signal);
    const seen = watched(screen);
    screen.write(Buffer.from("RFB 003.008\n\x01\x01"));
    await expect.poll(() => seen.bytes.length).toBeGreaterThan(24);
    redirection.sessions[0]?.close();
    await expect.poll(() => seen.ends[0]?.error).toMatchObject({ code: "amt.screen-ended" });
  });

  test("that AMT cuts off in the middle of a picture says how much of it is missing", async () => {
    const screen = await consoles.openScreen("tower-a", signal);
    const seen = watched(screen);
    screen.write(Buffer.from("RFB 003.008\n\x01\x01"));
    await expect.poll(() => seen.bytes.length).toBeGreaterThan(24);
    // One Raw rectangle of 10 × 10 pixels of 16 bits, of which three bytes come.
    redirection.sessions[0]?.send(Buffer.from("0000000100000000000a000a00000000010203", "hex"));
    redirection.sessions[0]?.close();
    await expect
      .poll(() => seen.ends[0]?.error)
      .toMatchObject({ code: "rfb.cut-off", text: { en: expect.stringContaining(": 197)") } });
  });

  test("that AMT takes for open right after it was closed is waited for", async () => {
    (await consoles.openScreen("tower-a", signal)).close();
    await expect.poll(() => access.sessions.count("tower-a")).toBe(0);
    redirection.startStatus = 2;
    const opening = consoles.openScreen("tower-a", signal);
    await expect.poll(() => redirection.sessions.length).toBeGreaterThan(2);
    redirection.startStatus = 0;
    await expect(opening).resolves.toBeDefined();
  });

  test("whose log-in to RFB fails leaves nothing open", async () => {
    const failing = new MachineConsoles({
      access,
      questions: nobodyToAsk,
      unread: () => null,
      async connect(stream) {
        stream.destroy();
        throw new Error("no RFB");
      },
    });
    await expect(failing.openScreen("tower-a", signal)).rejects.toThrow("no RFB");
    await expect.poll(() => redirection.sessions[0]?.over).toBe(true);
    expect(access.sessions.count("tower-a")).toBe(0);
  });

  test("that AMT hangs up on before its log-in says what that may mean", async () => {
    redirection.trouble = { at: "rfb", how: "close" };
    await expect(consoles.openScreen("tower-a", signal)).rejects.toMatchObject({
      code: "amt.screen-closed",
      hint: { en: expect.stringContaining("Intel graphics") },
    });
    await expect.poll(() => redirection.sessions[0]?.over).toBe(true);
    expect(access.sessions.count("tower-a")).toBe(0);
  });

  test("of a machine that answers nothing any more is lost", async () => {
    amt.firmware.power = [2];
    const watching = consolesOf(access, 5);
    const seen = watched(await watching.openScreen("tower-a", signal));
    await expect.poll(() => amt.accepted("CIM_AssociatedPowerManagementService").length).toBeGreaterThan(0);
    amt.misbehave = () => "close";
    await expect
      .poll(() => seen.ends[0]?.error, { timeout: 5000 })
      .toMatchObject({ code: "amt.screen-silent" });
  });

  test.each([
    ["answers", true],
    ["does not answer", false],
  ])(
    "over its VNC port is dialled there with its own password, be it that the web port %s",
    async (_, web) => {
      const asked: string[] = [];
      const secrets = new FakeSecrets();
      const at: unknown[] = [];
      const own = new MachineAccess({
        system: "atelier-amt",
        machines: amtMachines(
          amtSystemSchema.parse({
            type: "amt",
            via: "bounce",
            tls: true,
            password: "keychain:amt",
            screen: { port: 5911, address: "192.0.2.9", password: "keychain:vnc" },
            machines: { "tower-a": { address: "192.0.2.1", tls: false } },
          }),
        ),
        reach: {
          dial: (place) => {
            at.push(place);
            if (place.port !== 5911 && !web) throw connectionRefused({ id: "", name: "Tower A", ...place });
            return dialLoopback({
              address: "127.0.0.1",
              port: place.port === 5911 ? redirection.port : amt.port,
            });
          },
        },
        secrets: {
          resolve(reference) {
            asked.push(reference);
            return secrets.resolve();
          },
        },
        now: Date.now,
      });
      const classic = new MachineConsoles({
        access: own,
        questions: nobodyToAsk,
        unread: () => null,
        async connect(stream, options) {
          await options.password?.();
          stream.destroy();
          throw new Error(options.route);
        },
      });
      await expect(classic.openScreen("tower-a", signal)).rejects.toThrow("rfb");
      expect(at.at(-1)).toEqual({ via: "bounce", address: "192.0.2.9", port: 5911, allowlist: null });
      expect(asked.at(-1)).toBe("keychain:vnc");
      own.close();
    },
  );
});

test("a still screen over its VNC port lives on where the web port was never reached", async () => {
  let knocks = 0;
  const own = new MachineAccess({
    system: "atelier-amt",
    machines: amtMachines(
      amtSystemSchema.parse({
        type: "amt",
        password: "keychain:amt",
        machines: {
          "tower-a": { address: "192.0.2.1", screen: { port: 5900, password: "keychain:vnc" } },
        },
      }),
    ),
    reach: {
      dial(place) {
        if (place.port === 5900) return dialLoopback({ address: "127.0.0.1", port: redirection.port });
        knocks += 1;
        throw connectionRefused({ id: "", name: "Tower A", ...place });
      },
    },
    secrets: new FakeSecrets(),
    now: Date.now,
  });
  const still = new MachineConsoles({
    access: own,
    questions: nobodyToAsk,
    unread: () => null,
    connect: async () => new FakeScreen(),
    times: { silence: 1 },
  });
  const seen = watched(await still.openScreen("tower-a", signal));
  const before = knocks;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect([before, knocks, seen.ends]).toEqual([1, 1, []]);
  own.close();
});

describe("a serial console", () => {
  test("passes what is typed and what is shown", async () => {
    const shell = await consoles.openSerial("tower-a", signal);
    let shown = "";
    shell.onData((bytes) => {
      shown += Buffer.from(bytes).toString();
    });
    shell.write("uname\r");
    await expect.poll(() => shown).toBe("uname\r");
    expect(redirection.sessions[0]?.typed.toString()).toBe("uname\r");
    shell.close();
    await expect.poll(() => redirection.sessions[0]?.over).toBe(true);
    expect(redirection.sessions[0]?.steps.slice(-2)).toEqual(["22", "12"]);
  });
});

describe("power while a screen is open", () => {
  test.each(["amt.cycle", "amt.power-off", "amt.reset"])(
    "%s closes the screen, is accepted at its first and only request, and the screen opens again",
    async (id) => {
      const seen = watched(await consoles.openScreen("tower-a", signal));
      const { applied, trail } = await apply(id);
      expect(applied.data.outcome).toBe("accepted");
      expect(powerRequests().map(({ status }) => status)).toEqual([200]);
      expect(trail).toMatchObject({ committed: 1 });
      expect(trail.progress[0]).toContain("is closed first");
      expect(seen.ends).toEqual([
        { error: null, returns: { en: expect.stringContaining("opens again"), fr: expect.any(String) } },
      ]);
      const again = await consoles.openScreen("tower-a", signal);
      expect(redirection.open).toHaveLength(1);
      again.close();
    },
  );

  test("is told of in the preview, as long as there is one", async () => {
    const { context } = actionContext("tower-a");
    const steps = (id: string) =>
      action(id)
        .describe(context.resource, {})
        .steps.map(({ en }) => en);
    expect(steps("amt.cycle").join()).not.toContain("opens again");
    const screen = await consoles.openScreen("tower-a", signal);
    expect(steps("amt.cycle")[0]).toContain("opens again");
    expect(steps("amt.power-on").join()).not.toContain("opens again");
    screen.close();
    await expect.poll(() => steps("amt.cycle").join()).not.toContain("opens again");
  });

  test("powering on leaves it open", async () => {
    amt.firmware.power = [8];
    amt.firmware.available = [2];
    const seen = watched(await consoles.openScreen("tower-a", signal));
    await apply("amt.power-on");
    expect(seen.ends).toEqual([]);
    expect(redirection.open).toHaveLength(1);
  });

  test("a serial console gives way as well, and says why", async () => {
    const shell = await consoles.openSerial("tower-a", signal);
    const ends: unknown[] = [];
    shell.onEnd((end) => ends.push(end));
    const { applied } = await apply("amt.cycle");
    expect(applied.data.outcome).toBe("accepted");
    expect(ends).toEqual([
      { exitCode: null, error: expect.objectContaining({ code: "amt.closed-for-power" }) },
    ]);
  });

  test("a screen that is opened at the same moment comes after the request", async () => {
    const seen = watched(await consoles.openScreen("tower-a", signal));
    const { context } = actionContext("tower-a");
    const cycle = action("amt.cycle");
    const probe = await cycle.probe(context, {});
    const [applied, again] = await Promise.all([
      cycle.apply(context, {}, probe),
      consoles.openScreen("tower-a", signal),
    ]);
    expect(applied.data.outcome).toBe("accepted");
    expect(seen.ends).toHaveLength(1);
    expect(powerRequests()).toHaveLength(1);
    expect(redirection.sessions).toHaveLength(2);
    expect(redirection.open).toHaveLength(1);
    again.close();
  });

  test("a cancellation before the request sends nothing and changes nothing", async () => {
    const cancelling = new AbortController();
    const seen = watched(await consoles.openScreen("tower-a", signal));
    amt.misbehave = (body) => {
      if (body.includes("CIM_KVMRedirectionSAP")) cancelling.abort();
      return null;
    };
    await expect(apply("amt.cycle", cancelling.signal)).rejects.toMatchObject({
      code: expect.stringContaining("cancelled"),
    });
    expect(powerRequests()).toHaveLength(0);
    expect(seen.ends).toHaveLength(1);
    await expect(consoles.openScreen("tower-a", signal)).resolves.toBeDefined();
  });

  test("a cancellation before the request of a next boot takes its settings back", async () => {
    const cancelling = new AbortController();
    await consoles.openScreen("tower-a", signal);
    let settings: string | undefined;
    amt.misbehave = (body) => {
      if (body.includes("CIM_KVMRedirectionSAP")) {
        settings = new Map(amt.firmware.bootSettings).get("BIOSSetup");
        cancelling.abort();
      }
      return null;
    };
    const booting = apply("amt.boot-once", cancelling.signal, { device: "bios" });
    await expect(booting).rejects.toMatchObject({ code: expect.stringContaining("cancelled") });
    expect(settings).toBe("true");
    expect(new Map(amt.firmware.bootSettings).get("BIOSSetup")).toBe("false");
    expect(powerRequests()).toHaveLength(0);
  });

  test("another console's screen is named as the reason of a refusal, and nothing is sent twice", async () => {
    const other = accessTo({ "tower-a": amt.port }, new FakeClock());
    await consolesOf(other).openScreen("tower-a", signal);
    const { applied } = await apply("amt.cycle");
    expect(applied.data).toMatchObject({
      outcome: "refused",
      why: { en: expect.stringContaining("close it on the console that has it") },
    });
    expect(powerRequests()).toHaveLength(1);
    expect(redirection.open).toHaveLength(1);
    other.close();
  });
});
