import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerChannel } from "ssh2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { destroySocket, type ServerBehaviour, TestServer } from "../../reach/testing/ssh-server.ts";
import { faultOf, Surroundings } from "../../reach/testing/surroundings.ts";
import { HostAccess } from "../host-access.ts";
import { rebootAction } from "./actions/reboot.ts";
import { runCommandAction } from "./actions/run-command.ts";
import { HostObserver } from "./observe.ts";
import { actionContext } from "./testing/action-context.ts";
import { RecordingSink } from "./testing/estate.ts";
import { FakeCommands } from "./testing/fake-commands.ts";
import { shellsWithPath } from "./testing/shells.ts";

const oldBoot = "11111111-2222-3333-4444-555555555555";
const newBoot = "66666666-7777-8888-9999-000000000000";
const parts = { offers: () => true, onChanged: () => undefined };

let around: Surroundings;
let commands: FakeCommands;
let server: TestServer | null = null;
const running: Promise<void>[] = [];
beforeEach(() => {
  around = new Surroundings();
  commands = new FakeCommands({
    id: "echo 0",
    cat: `case $1 in */boot_id) exec /bin/cat "$COMMANDS/boot-id";; *) exec /bin/cat "$@";; esac`,
  });
  writeFileSync(join(commands.folder, "boot-id"), oldBoot);
});
afterEach(async () => {
  await around.close();
  await server?.close();
  await Promise.all(running.splice(0));
  commands.remove();
});

/** A host whose shell is this machine's, among stand-ins for everything that could change it. */
async function host(behaviour: ServerBehaviour): Promise<HostAccess> {
  server = await TestServer.start(behaviour);
  return new HostAccess({
    system: "hosts",
    reach: around.reach,
    now: () => Date.now(),
    targets: new Map([["tower-a", around.target(server)]]),
  });
}

/** Runs a command in this machine's shell until its channel closes. */
function runLocally(
  command: string,
  channel: ServerChannel,
  onOutput: (words: string) => void = () => undefined,
) {
  const child = spawn("sh", ["-c", command], { env: commands.environment, detached: true });
  channel.pipe(child.stdin).on("error", () => undefined);
  child.stdout.on("data", (bytes: Buffer) => {
    channel.write(bytes);
    onOutput(bytes.toString("utf8"));
  });
  child.stderr.on("data", (bytes: Buffer) => channel.stderr.write(bytes));
  const ended = new Promise<void>((resolve) => {
    child.on("close", (exitCode) => {
      channel.exit(exitCode ?? 255);
      channel.end();
      resolve();
    });
  });
  running.push(ended);
  channel.on("close", () => {
    try {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    } catch {
      // The group has ended by itself.
    }
  });
}

async function observe(access: HostAccess): Promise<RecordingSink> {
  const sink = new RecordingSink();
  await new HostObserver(access).observe(sink, AbortSignal.timeout(15_000), ["tower-a"], false);
  return sink;
}

describe.runIf(shellsWithPath.length > 0)("a host over SSH", () => {
  it("is read", async () => {
    const sink = await observe(await host({ run: (command, channel) => runLocally(command, channel) }));
    expect(sink.last("tower-a")).toMatchObject({ facts: { "os.bootId": oldBoot } });
    expect(sink.last("tower-a")).toMatchObject({
      facts: { "reach.hostKey": expect.stringMatching(/^SHA256:/) },
    });
    expect(new Set(server?.commands)).toEqual(new Set(["sh -s"]));
  });

  it("that dies in the middle of its answer is an error, with nothing half-read", async () => {
    const sink = await observe(
      await host({
        run: (command, channel, connection) => runLocally(command, channel, () => destroySocket(connection)),
      }),
    );
    expect(sink.observations).toMatchObject([{ error: { code: "reach.connection-lost" } }]);
  });

  it("that never stops talking is cut off", async () => {
    const sink = await observe(
      await host({
        run: (_command, channel) => {
          const talk = () => {
            while (channel.writable && channel.write(Buffer.alloc(65_536, "y\n")));
          };
          channel.on("drain", talk);
          talk();
        },
      }),
    );
    expect(sink.observations).toMatchObject([{ error: { code: "ssh.answer-incomplete" } }]);
  });

  it("that answers bytes that are no words is an error", async () => {
    const sink = await observe(
      await host({
        run: (_command, channel) => {
          channel.write(Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x1b, 0x5b, 0x32, 0x4a, 0x0a]));
          channel.exit(0);
          channel.end();
        },
      }),
    );
    expect(sink.observations).toMatchObject([{ error: { code: "ssh.not-a-shell" } }]);
  });

  it("is rebooted: the connection breaks, the new boot proves it", async () => {
    const reboot = `printf ${newBoot} > "$COMMANDS/boot-id"; echo "$0" >> "$COMMANDS/reboots"; echo going down`;
    commands.remove();
    commands = new FakeCommands({
      id: "echo 0",
      cat: `case $1 in */boot_id) exec /bin/cat "$COMMANDS/boot-id";; *) exec /bin/cat "$@";; esac`,
      systemctl: `if [ "$1" = reboot ]; then ${reboot}; fi`,
      shutdown: reboot,
      reboot,
    });
    writeFileSync(join(commands.folder, "boot-id"), oldBoot);
    const access = await host({
      run: (command, channel, connection) =>
        runLocally(command, channel, (words) => {
          if (words.includes("going down")) destroySocket(connection);
        }),
    });
    const action = rebootAction(access, parts, { patience: 10_000, every: 10, attemptDeadline: 5000 });
    const { context, trail } = actionContext("tower-a");
    const probe = await action.probe(context, {});
    expect(probe).toMatchObject({ state: "needed", observed: { bootId: oldBoot } });
    const applied = await action.apply(context, {}, probe);
    expect(trail.committed).toBe(1);
    expect(applied.data.outcome).toBe("connection-lost");
    expect(await action.verify(context, {}, probe, applied)).toMatchObject({
      proven: true,
      data: { bootIdBefore: oldBoot, bootIdAfter: newBoot },
    });
    expect(await action.settle(context, {}, probe)).toMatchObject({ effect: "happened" });
    expect(readFileSync(join(commands.folder, "reboots"), "utf8").trim().split("\n")).toHaveLength(1);
  });

  it("that dies under a command leaves its effect unknown; one that never answered has changed nothing", async () => {
    const access = await host({
      run: (command, channel) => runLocally(command, channel, () => server?.kill()),
    });
    const action = runCommandAction(access, parts);
    const input = { command: "echo started; sleep 1", deadlineSeconds: 30 };
    const { context, trail } = actionContext("tower-a");
    const probe = await action.probe(context, input);
    expect((await faultOf(action.apply(context, input, probe))).code).toBe("reach.connection-lost");
    expect(trail.committed).toBe(1);
    await server?.close();
    server = null;
    const later = actionContext("tower-a");
    await faultOf(action.apply(later.context, input, probe));
    expect(later.trail.committed).toBe(0);
  });
});
