import { mkdirSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ScreenEvent, screenEventSchema } from "../../src/shared/screen.ts";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";

let lab: SliceLab;
let open: OpenConsole;

beforeAll(async () => {
  lab = await SliceLab.start();
  mkdirSync(lab.path("data"));
  open = await OpenConsole.open({ estate: lab.estate, dataFolder: lab.path("data") });
});
afterAll(async () => {
  await open?.close();
  await lab?.stop();
});

afterEach(async () => {
  await lab.control.clear();
});

const patience = { timeout: 20_000 };

/** What a window's viewer says: the greeting without security, 32 bits, its encodings, the whole screen. */
const greeting = Buffer.concat([Buffer.from("RFB 003.008\n"), Buffer.from([1, 1])]);
const pixelFormat = Buffer.from("0000000020180001 00ff00ff00ff 000810 000000".replaceAll(" ", ""), "hex");
const encodings = Buffer.from("02000004 00000010 00000000 00000001 ffffff21".replaceAll(" ", ""), "hex");
const wholeScreen = Buffer.from("0300000000000400 0300".replaceAll(" ", ""), "hex");

/** Opens a screen as the window does and collects what it is told, until the session ends or is closed. */
async function look(resource: string) {
  const { channel: name } = await open.window.screen.open({ resource });
  const { main, window } = open.recorder.pair();
  const events: ScreenEvent[] = [];
  let shown = 0;
  window.onmessage = ({ data }) => {
    if (typeof data === "string") events.push(screenEventSchema.parse(JSON.parse(data)));
    else {
      const { byteLength } = data as ArrayBuffer;
      shown += byteLength;
      window.send(JSON.stringify({ type: "acknowledge", bytes: byteLength }));
    }
  };
  expect(open.console.openSession(name.replace("session/", ""), main)).toBe(true);
  for (const bytes of [greeting, pixelFormat, encodings, wholeScreen]) window.send(bytes);
  return {
    events,
    types: () => events.map(({ type }) => type),
    shown: () => shown,
    ask: () => window.send(wholeScreen),
    close: () => window.close(),
  };
}

describe("screens of the lab through bounce, main and channel", () => {
  // A VM as its hypervisor shows it, and a tower through its management engine, whose dialect is translated.
  const [vm, tower] = ["web-1", "tower-a"];

  it.each([vm, tower])("shows %s", async (resource) => {
    const screen = await look(resource);
    await expect.poll(screen.types, patience).toContain("first-pixels");
    await expect.poll(screen.shown, patience).toBeGreaterThan(5_000);
    expect(screen.events[0]).toMatchObject({ type: "opened", width: 1024, height: 768 });
    screen.close();
  });

  // A length that lies is passed on to the viewer of a VM, which reads it; only a translated one is read in main.
  it.each([
    [vm, "screen-garbage"],
    [vm, "screen-truncated"],
    [tower, "screen-garbage"],
    [tower, "screen-truncated"],
    [tower, "screen-lies"],
  ])("ends the screen of %s in words at %s, and opens it again afterwards", async (resource, fault) => {
    await lab.control.fault(fault, resource);
    const broken = await look(resource);
    await expect.poll(() => broken.types().at(-1), patience).toBe("ended");
    const end = broken.events.at(-1);
    expect(end?.type === "ended" && end.reason?.en).toContain(resource);
    await lab.control.clear();
    const whole = await look(resource);
    await expect.poll(whole.types, patience).toContain("first-pixels");
    whole.close();
  });

  it.each([
    [vm, "screen-tiny", 1],
    [tower, "screen-tiny", 1],
    [vm, "screen-huge", 16_384],
    [tower, "screen-huge", 16_384],
  ])("opens the screen of %s at %s", async (resource, fault, width) => {
    await lab.control.fault(fault, resource);
    const screen = await look(resource);
    await expect.poll(screen.types, patience).toContain("first-pixels");
    expect(screen.events[0]).toMatchObject({ type: "opened", width });
    screen.close();
  });

  it.each([vm, tower])("follows the screen of %s through one size after the other", async (resource) => {
    await lab.control.fault("screen-resizes", resource);
    const screen = await look(resource);
    let before = 0;
    for (let frame = 0; frame < 5; frame += 1) {
      screen.ask();
      await expect.poll(screen.shown, patience).toBeGreaterThan(before);
      before = screen.shown();
    }
    expect(screen.types()).not.toContain("ended");
    screen.close();
  });
});
