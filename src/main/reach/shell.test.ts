import type { ServerChannel } from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RemoteShell } from "./reach.ts";
import { TestServer } from "./testing/ssh-server.ts";
import { faultOf, Surroundings } from "./testing/surroundings.ts";

let around: Surroundings;
let server: TestServer;
let far: ServerChannel | null = null;
const never = new AbortController().signal;

beforeEach(async () => {
  around = new Surroundings();
  server = await TestServer.start({
    shell: (channel) => {
      far = channel;
      channel.on("error", () => undefined);
      channel.write("$ ");
    },
  });
});
afterEach(async () => {
  await around.close();
  await server.close();
});

const open = (): Promise<RemoteShell> =>
  around.reach.shell(around.target(server), { columns: 80, rows: 24 }, never);

/** Everything that a shell says, as it comes. */
function listen(shell: RemoteShell): { heard(): string } {
  const chunks: Uint8Array[] = [];
  shell.onData((bytes) => chunks.push(bytes));
  return { heard: () => Buffer.concat(chunks).toString() };
}

describe("a shell", () => {
  it("says what the far side wrote before anybody listened, and carries what is typed", async () => {
    const shell = await open();
    const { heard } = listen(shell);
    await expect.poll(heard).toBe("$ ");
    const typed: string[] = [];
    far?.on("data", (bytes: Buffer) => typed.push(bytes.toString()));
    shell.write("ls é\n");
    shell.resize(100, 30);
    await expect.poll(() => typed.join("")).toBe("ls é\n");
    shell.close();
  });

  it("stops reading while it is paused, so that the far side is held up", async () => {
    const shell = await open();
    const { heard } = listen(shell);
    await expect.poll(heard).toBe("$ ");
    shell.pause();
    let flushed = false;
    far?.write(Buffer.alloc(9_000_000, 120), () => {
      flushed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(heard()).toBe("$ ");
    expect(flushed).toBe(false);
    shell.resume();
    await expect.poll(() => heard().length, { timeout: 10_000 }).toBe(9_000_002);
    shell.close();
  });

  it("ends with the exit code of the far side, told also to who asks later", async () => {
    const shell = await open();
    listen(shell);
    far?.exit(7);
    far?.end();
    const end = await new Promise((resolve) => shell.onEnd(resolve));
    expect(end).toEqual({ exitCode: 7, error: null });
    expect(await new Promise((resolve) => shell.onEnd(resolve))).toEqual(end);
    shell.write("into the void");
    shell.resize(10, 10);
    shell.close();
  });

  it("ends with the reason when the connection is lost", async () => {
    const shell = await open();
    listen(shell);
    const ended = new Promise<{ error: Error | null }>((resolve) => shell.onEnd(resolve));
    server.kill();
    expect((await ended).error).toMatchObject({ code: "reach.connection-lost" });
  });

  it("gives its channel back when it is closed, read or not", async () => {
    const [one, two] = [await open(), await open()];
    listen(one);
    for (const shell of [one, two]) {
      const ended = new Promise<{ error: Error | null }>((resolve) => shell.onEnd(resolve));
      shell.close();
      shell.close();
      expect((await ended).error).toBeNull();
    }
    expect(server.connected).toBe(1);
  });

  it("that the host never opens is given up", async () => {
    await around.close();
    around = new Surroundings({ times: { handshake: 1000 } });
    server.behaviour.silent = true;
    expect((await faultOf(open())).code).toBe("reach.timed-out");
  });

  it("that the host does not allow is a clear refusal", async () => {
    delete server.behaviour.shell;
    expect((await faultOf(open())).code).toBe("reach.command-refused");
  });
});
