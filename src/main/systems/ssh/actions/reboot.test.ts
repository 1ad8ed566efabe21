import { afterEach, describe, expect, it } from "vitest";
import type { Probe } from "../../../../shared/action.ts";
import type { Executed, ExecuteOptions } from "../../../reach/reach.ts";
import { actionContext } from "../testing/action-context.ts";
import { accessTo, FakeClock } from "../testing/estate.ts";
import { FakeCommands } from "../testing/fake-commands.ts";
import {
  answered,
  type FakeAnswer,
  FakeReach,
  localShell,
  markOf,
  reachError,
  sectioned,
} from "../testing/fake-reach.ts";
import { shellsWithPath } from "../testing/shells.ts";
import { rebootAction } from "./reboot.ts";

const oldBoot = "11111111-2222-3333-4444-555555555555";
const newBoot = "66666666-7777-8888-9999-000000000000";
const probed: Probe = {
  state: "needed",
  text: { en: "", fr: "" },
  observed: { bootId: oldBoot, uptimeSeconds: 1, loggedIn: [], privilege: "root" },
};

function setUp(answer: FakeAnswer) {
  const clock = new FakeClock();
  const reach = new FakeReach(answer);
  const changed: string[] = [];
  const action = rebootAction(accessTo(reach, clock), {
    offers: () => true,
    onChanged: (id) => changed.push(id),
  });
  return { clock, reach, changed, action, ...actionContext("tower-a") };
}
const sections = (options: ExecuteOptions, parts: Parameters<typeof sectioned>[1]): Executed => {
  options.onStarted?.();
  return answered(sectioned(markOf(options), parts));
};

describe("probe of a reboot", () => {
  const probe = (parts: Parameters<typeof sectioned>[1]) => {
    const { action, context } = setUp((_target, _command, options) => sections(options, parts));
    return action.probe(context, {});
  };
  it("reads the boot identifier, the uptime and who is logged in", async () => {
    const who = "alice pts/0 2026-01-01 10:00 (192.0.2.50)\nalice pts/1 2026-01-01\nbob tty1 2026-01-01\n";
    const found = await probe({ "boot-id": oldBoot, uptime: "187200.5 1", who, privilege: "sudo" });
    expect(found).toMatchObject({
      state: "needed",
      observed: { bootId: oldBoot, uptimeSeconds: 187_200.5, loggedIn: ["alice", "bob"], privilege: "sudo" },
    });
    expect(found.text.en).toBe("It has been running for 2 d 4 h. Logged in: alice, bob.");
  });
  it("is impossible without a boot identifier to prove it by, or without the right", async () => {
    expect((await probe({ privilege: "root" })).state).toBe("impossible");
    const powerless = await probe({ "boot-id": oldBoot, privilege: "none" });
    expect(powerless.state).toBe("impossible");
    expect(powerless.text.en).toContain("operator is not root");
  });
});

describe("apply of a reboot", () => {
  it.each(["reach.connection-lost", "reach.deadline"])(
    "commits once, when the host has accepted, and takes %s afterwards for no error",
    async (code) => {
      const { action, context, trail } = setUp((_target, _command, options) => {
        expect(trail.committed).toBe(0);
        options.onStarted?.();
        throw reachError(code);
      });
      const applied = await action.apply(context, {}, probed);
      expect(applied.data.outcome).toBe("connection-lost");
      expect(trail.committed).toBe(1);
    },
  );
  it("has changed nothing when the host cannot be reached", async () => {
    const { action, context, trail } = setUp(() => {
      throw reachError("reach.unreachable");
    });
    await expect(action.apply(context, {}, probed)).rejects.toMatchObject({ code: "reach.unreachable" });
    expect(trail.committed).toBe(0);
  });
  it("passes the host's refusal on and proves that nothing happened", async () => {
    const { action, context, trail, reach } = setUp((_target, _command, options) =>
      sections(options, { reboot: ["Call to Reboot failed: Access denied", 1] }),
    );
    const applied = await action.apply(context, {}, probed);
    expect(trail.error).toContain("Access denied");
    const verified = await action.verify(context, {}, probed, applied);
    expect(verified).toMatchObject({ proven: false, data: { exitCode: 1 } });
    expect(reach.commands).toHaveLength(1);
  });
  it("does not reboot a host that has rebooted since it was probed", async () => {
    const { action, context } = setUp((_target, _command, options) =>
      sections(options, { "other-boot": "" }),
    );
    const applied = await action.apply(context, {}, probed);
    expect(await action.verify(context, {}, probed, applied)).toMatchObject({
      proven: false,
      disproven: true,
    });
  });
});

describe("proof of a reboot", () => {
  const sent = (clock: FakeClock) => ({ data: { outcome: "accepted", sentAt: clock.at } });

  it("is a new boot identifier, with the downtime", async () => {
    let asked = 0;
    const { action, context, clock, trail, changed } = setUp((_target, _command, options) => {
      asked += 1;
      if (asked === 1) return sections(options, { "boot-id": oldBoot });
      if (asked < 10) throw reachError("reach.unreachable");
      return sections(options, { "boot-id": newBoot });
    });
    const verified = await action.verify(context, {}, probed, sent(clock));
    expect(verified.proven).toBe(true);
    expect(verified.data).toMatchObject({ bootIdBefore: oldBoot, bootIdAfter: newBoot });
    const downtime = Number(verified.data.downtimeSeconds);
    expect(downtime).toBeGreaterThanOrEqual(9 * 3);
    expect(downtime).toBeLessThanOrEqual(9 * 4.5);
    expect(verified.text.fr).toContain(`${downtime} s`);
    expect(trail.progress.some((words) => words.includes("has not answered"))).toBe(true);
    expect(changed).toEqual(["tower-a"]);
  });
  it("is never an answer with the old identifier", async () => {
    const { action, context, clock } = setUp((_target, _command, options) =>
      sections(options, { "boot-id": oldBoot }),
    );
    const start = clock.at;
    const verified = await action.verify(context, {}, probed, sent(clock));
    expect(verified.proven).toBe(false);
    expect(verified.text.en).toContain("same boot identifier");
    expect(clock.at - start).toBeGreaterThanOrEqual(300_000);
  });
  it("is unknown when the host does not come back, and says what was met last", async () => {
    const { action, context, clock } = setUp(() => {
      throw reachError("reach.unreachable");
    });
    const start = clock.at;
    await expect(action.verify(context, {}, probed, sent(clock))).rejects.toMatchObject({
      code: "ssh.not-seen-back",
      message: expect.stringContaining("met reach.unreachable"),
    });
    expect(clock.at - start).toBeGreaterThanOrEqual(300_000);
  });
  it("stops waiting when the host comes back with another host key", async () => {
    const { action, context, clock, reach } = setUp(() => {
      throw reachError("reach.host-key-changed");
    });
    await expect(action.verify(context, {}, probed, sent(clock))).rejects.toMatchObject({
      code: "ssh.not-seen-back",
    });
    expect(reach.commands).toHaveLength(1);
  });
  it("ends at once when it is cancelled", async () => {
    const { action, clock } = setUp(() => {
      throw reachError("reach.unreachable");
    });
    const { context } = actionContext("tower-a", {}, AbortSignal.abort());
    await expect(action.verify(context, {}, probed, sent(clock))).rejects.toThrow();
  });
});

describe("settling a reboot", () => {
  const settle = (parts: Parameters<typeof sectioned>[1]) => {
    const { action, context } = setUp((_target, _command, options) => sections(options, parts));
    return action.settle(context, {}, probed);
  };
  it("compares boot identifiers", async () => {
    expect((await settle({ "boot-id": newBoot })).effect).toBe("happened");
    expect((await settle({ "boot-id": oldBoot, running: "running" })).effect).toBe("did-not-happen");
    expect((await settle({})).effect).toBe("unknown");
  });
  it("does not call a reboot undone that is under way", async () => {
    expect((await settle({ "boot-id": oldBoot, running: ["stopping", 1] })).effect).toBe("unknown");
    const jobs = "  1 reboot.target start waiting\n";
    expect((await settle({ "boot-id": oldBoot, jobs })).effect).toBe("unknown");
  });
});

describe.each(shellsWithPath.map((shell) => ({ shell, name: shell.join(" ") })))(
  "reboot scripts in $name",
  ({ shell }) => {
    let commands: FakeCommands | null = null;
    afterEach(() => {
      commands?.remove();
      commands = null;
    });
    const onThisMachine = (fakes: Record<string, string>) => {
      commands = new FakeCommands({
        cat: `case $1 in */boot_id) echo ${oldBoot};; *) exec /bin/cat "$@";; esac`,
        ...fakes,
      });
      return setUp(localShell(shell, commands.environment));
    };
    const records = 'echo "$0 $*" >> "$COMMANDS/ran"';

    it("probe without changing anything and ask sudo without running it", async () => {
      const { action, context } = onThisMachine({
        id: "echo 1000",
        sudo: '[ "$1 $2" = "-n -l" ] || echo "ran: $*" >&2',
        who: "echo alice tty1",
      });
      const found = await action.probe(context, {});
      expect(found).toMatchObject({ state: "needed", observed: { privilege: "sudo", loggedIn: ["alice"] } });
    });
    it("send the reboot once, and only to the boot that was probed", async () => {
      const fakes = { id: "echo 0", systemctl: `${records}`, shutdown: records, reboot: records };
      const { action, context } = onThisMachine(fakes);
      expect((await action.apply(context, {}, probed)).data.outcome).toBe("accepted");
      const other = { ...probed, observed: { ...probed.observed, bootId: newBoot } };
      expect((await action.apply(context, {}, other)).data.outcome).toBe("other-boot");
      const { readFileSync } = await import("node:fs");
      const ran = readFileSync(`${commands?.folder}/ran`, "utf8").trim().split("\n");
      expect(ran).toHaveLength(1);
      expect(ran[0]).toMatch(/\/(systemctl reboot|shutdown -r now|reboot)$/);
    });
    it("report the refusal of the host", async () => {
      const refuse = "echo 'Access denied' >&2; exit 4";
      const { action, context, trail } = onThisMachine({
        id: "echo 0",
        systemctl: refuse,
        shutdown: refuse,
        reboot: refuse,
      });
      expect((await action.apply(context, {}, probed)).data).toMatchObject({
        outcome: "refused",
        exitCode: 4,
      });
      expect(trail.error).toContain("Access denied");
    });
  },
);
