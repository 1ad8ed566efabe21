import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Recording, type ScreenEvent, screenEventSchema } from "../../src/shared/screen.ts";
import { OpenConsole } from "./support/open-console.ts";
import { picture, RfbServer, screenPassword } from "./support/rfb-server.ts";
import { filesBelow, findSecrets } from "./support/secret-search.ts";

let folder: string;
let server: RfbServer;
let open: OpenConsole;

const estate = (port: number) => `passerelle: 1
name: Salle
systems:
  screens:
    type: vnc
    password: file:screen-password
    screens:
      desk: { name: Desk, address: 127.0.0.1, port: ${port} }
      stranger: { name: Stranger, address: 127.0.0.1, port: ${port}, password: "file:wrong-password" }
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "passerelle-slice-"));
  server = await RfbServer.start();
  writeFileSync(join(folder, "screen-password"), screenPassword, { mode: 0o600 });
  writeFileSync(join(folder, "wrong-password"), "wrong-pw", { mode: 0o600 });
  writeFileSync(join(folder, "estate.yaml"), estate(server.port));
  open = await OpenConsole.open({ estate: join(folder, "estate.yaml"), dataFolder: join(folder, "data") });
});
afterAll(async () => {
  await open?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const greeted = Buffer.concat([Buffer.from("RFB 003.008\n"), Buffer.from([1, 1])]);
/** What noVNC asks for: 32 bits, red in the lowest ones. */
const pixelFormat = Buffer.from("00000000 20180001 00ff00ff00ff 000810 000000".replaceAll(" ", ""), "hex");
const update = Buffer.from("03000000000000040002", "hex");
const key = Buffer.from("040100000000ff0d", "hex");

/** A viewer of the window: keeps what it is told, and acknowledges what it is shown. */
class Viewer {
  readonly events: ScreenEvent[] = [];
  shown = Buffer.alloc(0);
  #changed: () => void = () => {};
  readonly #channel;

  constructor(name: string) {
    const { main, window } = open.recorder.pair();
    this.#channel = window;
    window.onmessage = ({ data }) => {
      if (typeof data === "string") this.events.push(screenEventSchema.parse(JSON.parse(data)));
      else {
        const bytes = Buffer.from(data as ArrayBuffer);
        this.shown = Buffer.concat([this.shown, bytes]);
        window.send(JSON.stringify({ type: "acknowledge", bytes: bytes.length }));
      }
      this.#changed();
    };
    expect(open.console.openSession(name.replace("session/", ""), main)).toBe(true);
  }

  /** Greets the server and asks for the first picture. */
  begin(): void {
    for (const bytes of [greeted, pixelFormat, update]) this.#channel.send(bytes);
  }

  send(bytes: Buffer): void {
    this.#channel.send(bytes);
  }

  close(): void {
    this.#channel.close();
  }

  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }

  sees(bytes: Buffer): Promise<void> {
    return this.until(() => this.shown.includes(bytes));
  }

  ended(): Promise<void> {
    return this.until(() => this.events.at(-1)?.type === "ended");
  }
}

/** The recordings of the desk once they are as expected. */
async function recordings(holds: (list: Recording[]) => boolean): Promise<Recording[]> {
  for await (const { recordings: list } of await open.window.screen.recordings({ resource: "desk" })) {
    if (holds(list)) return list;
  }
  throw new Error("the list ended");
}

async function journalled(...types: string[]) {
  const { events } = await open.window.journal.page({ limit: 500 });
  return events.filter((event) => types.includes(event.type)).reverse();
}

describe("a screen through contract and channel", () => {
  it("is offered, opened without a secret for the window, shown and typed into", async () => {
    const detail = await open.first(open.window.resources.watch({ id: "desk" }));
    expect(detail.consoles).toEqual([{ kind: "screen", system: "screens", unavailable: null }]);
    const { channel } = await open.window.screen.open({ resource: "desk" });
    const viewer = new Viewer(channel);
    viewer.begin();
    await server.hears(update);
    server.paint(0x112233);
    await viewer.sees(picture(0x112233));
    expect(viewer.shown.subarray(0, 18)).toEqual(Buffer.from("RFB 003.008\n\u0001\u0001\0\0\0\0", "latin1"));
    await viewer.until(() => viewer.events.some(({ type }) => type === "first-pixels"));
    expect(viewer.events[0]).toMatchObject({
      type: "opened",
      width: 4,
      height: 2,
      route: "rfb",
      recording: null,
    });
    viewer.send(key);
    await server.hears(key);
    viewer.close();
    await expect.poll(() => server.viewers).toBe(0);
    expect(await journalled("screen.opening", "screen.opened", "screen.ended")).toMatchObject([
      { type: "screen.opening", subject: "desk" },
      { type: "screen.opened" },
      { type: "screen.ended", data: { route: "rfb", recording: null, code: null } },
    ]);
  });

  it("says in words that the log-in was refused, or that there is none", async () => {
    const refused = open.window.screen.open({ resource: "stranger" });
    await expect(refused).rejects.toMatchObject({ data: { hint: { fr: expect.any(String) } } });
    const none = open.window.screen.open({ resource: "nothing" });
    await expect(none).rejects.toMatchObject({ data: { code: "screen.none" } });
    expect((await journalled("screen.failed")).map((event) => event.subject)).toEqual([
      "stranger",
      "nothing",
    ]);
  });

  it("is recorded, replayed, saved and removed", async () => {
    const { channel } = await open.window.screen.open({ resource: "desk", record: true });
    const viewer = new Viewer(channel);
    server.received = Buffer.alloc(0);
    viewer.begin();
    await server.hears(update);
    server.paint(0xaa);
    await viewer.sees(picture(0xaa));
    viewer.send(key);
    server.paint(0xbb);
    await viewer.sees(picture(0xbb));
    expect(viewer.events[0]).toMatchObject({
      type: "opened",
      recording: { resourceName: "Desk", endedAt: null },
    });
    viewer.close();
    const [kept] = await recordings((list) => list[0]?.endedAt != null);
    if (!kept) throw new Error("nothing was kept");
    expect(kept).toMatchObject({
      resource: "desk",
      resourceName: "Desk",
      width: 4,
      height: 2,
      trouble: null,
    });
    expect((await journalled("screen.ended")).at(-1)?.data).toMatchObject({ recording: kept.id });

    const replay = new Viewer((await open.window.screen.replay({ id: kept.id, speed: 64 })).channel);
    replay.begin();
    await replay.ended();
    expect(replay.events[0]).toMatchObject({
      type: "opened",
      route: "recording",
      recording: { id: kept.id },
    });
    expect(replay.shown.subarray(-96)).toEqual(Buffer.concat([picture(0xaa), picture(0xbb)]));

    const { total, piece } = await open.window.screen.recordingPiece({ id: kept.id, offset: 0 });
    const saved = Buffer.from(piece, "base64");
    expect(saved).toHaveLength(total);
    expect(saved.subarray(0, 12).toString("latin1")).toBe("FBS 001.001\n");
    expect(saved.includes(pixelFormat.subarray(4))).toBe(true);
    expect(saved.includes(key)).toBe(false);

    expect(await open.window.screen.forgetRecording({ id: kept.id })).toEqual({ forgotten: true });
    expect(await recordings((list) => list.length === 0)).toEqual([]);
    expect(readdirSync(join(folder, "data", "recordings"))).toEqual([]);
    const types = ["recording.replaying", "recording.saving", "recording.removing", "recording.removed"];
    expect((await journalled(...types)).map((event) => event.type)).toEqual(types);
  });

  it("ends with a server that dies, in words, and keeps its recording", async () => {
    const { channel } = await open.window.screen.open({ resource: "desk", record: true });
    const viewer = new Viewer(channel);
    server.received = Buffer.alloc(0);
    viewer.begin();
    await server.hears(update);
    server.paint(0xcc);
    await viewer.sees(picture(0xcc));
    server.drop();
    await viewer.ended();
    expect(viewer.events.at(-1)).toMatchObject({ type: "ended", returns: false });
    const [kept] = await recordings((list) => list[0]?.endedAt != null);
    expect(kept).toMatchObject({ trouble: null });
    const replay = new Viewer(
      (await open.window.screen.replay({ id: kept?.id ?? "", from: 3_600_000 })).channel,
    );
    replay.begin();
    await replay.ended();
    expect(replay.shown.subarray(-48)).toEqual(picture(0xcc));
  });

  it("leaves no secret in any frame, in the journal or in a recording", async () => {
    const secrets = { screenPassword };
    const frames = open.recorder.fromMain.map((bytes, index) => ({ name: `frame ${index}`, bytes }));
    expect(frames.length).toBeGreaterThan(20);
    expect(findSecrets(frames, secrets)).toEqual([]);
    expect(await open.parts.journal.verify()).toMatchObject({ intact: true });
    await open.close();
    const files = filesBelow(join(folder, "data"));
    expect(files.some(({ name }) => name.endsWith(".fbs"))).toBe(true);
    expect(findSecrets(files, secrets)).toEqual([]);
  });
});
