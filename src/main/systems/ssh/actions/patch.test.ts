import { afterEach, describe, expect, it } from "vitest";
import { actionContext } from "../testing/action-context.ts";
import { accessTo, resource } from "../testing/estate.ts";
import { FakeCommands } from "../testing/fake-commands.ts";
import {
  answered,
  type FakeAnswer,
  FakeReach,
  localShell,
  markOf,
  sectioned,
} from "../testing/fake-reach.ts";
import { shellsWithPath } from "../testing/shells.ts";
import { patchAction } from "./patch.ts";

const apt = (pending: number) =>
  `${pending} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n${Array.from(
    { length: pending },
    (_, index) => `Inst package-${index} [1] (2 Debian:12/stable [all])\n`,
  ).join("")}`;
const input = { deadlineMinutes: 60 };

function setUp(answer: FakeAnswer, facts: Record<string, string> = { "packages.manager": "apt" }) {
  const changed: string[] = [];
  const action = patchAction(accessTo(new FakeReach(answer)), {
    offers: () => true,
    onChanged: (id) => changed.push(id),
  });
  return { action, changed, ...actionContext("tower-a", facts) };
}

/** A host whose count goes through the given values, one for each time it is counted. */
function counting(
  values: (number | null)[],
  parts: { privilege?: string; exitCode?: number; processes?: string } = {},
) {
  return setUp((_target, _command, options) => {
    const script = options.input ?? "";
    options.onStarted?.();
    if (script.includes("trap ")) {
      options.onOutput?.("output", "Setting up package-0\n");
      return answered("", { exitCode: parts.exitCode ?? 0 });
    }
    const mark = markOf(options);
    if (script.includes("begin processes"))
      return answered(sectioned(mark, { processes: parts.processes ?? "sh\n" }));
    if (script.includes("begin privilege"))
      return answered(sectioned(mark, { privilege: parts.privilege ?? "root" }));
    const pending = values.shift() ?? null;
    return answered(sectioned(mark, pending === null ? {} : { "updates-apt": apt(pending) }));
  });
}

describe("patch", () => {
  it("is offered only where a package manager was seen", () => {
    const { action } = setUp(() => answered(""));
    expect(action.appliesTo(resource("tower-a", { "packages.manager": "apt" }))).toBe(true);
    expect(action.appliesTo(resource("tower-a", { "packages.manager": "brew" }))).toBe(false);
    expect(action.appliesTo(resource("tower-a"))).toBe(false);
  });
  it("is done when nothing is pending, impossible when it cannot be counted or is not allowed", async () => {
    const states = async (host: ReturnType<typeof counting>) =>
      (await host.action.probe(host.context, input)).state;
    expect(await states(counting([0]))).toBe("done");
    expect(await states(counting([null]))).toBe("impossible");
    expect(await states(counting([3], { privilege: "none" }))).toBe("impossible");
    expect(await states(counting([3]))).toBe("needed");
  });
  it("is proven by a count that dropped, and by nothing else", async () => {
    const patched = async (after: number | null, exitCode = 0) => {
      const { action, context, trail, changed } = counting([3, after], { exitCode });
      const probe = await action.probe(context, input);
      const applied = await action.apply(context, input, probe);
      expect(trail).toMatchObject({ committed: 1, output: "Setting up package-0\n" });
      const verified = await action.verify(context, input, probe, applied);
      expect(changed).toEqual(["tower-a"]);
      return verified;
    };
    expect(await patched(0)).toMatchObject({ proven: true, data: { pendingBefore: 3, pendingAfter: 0 } });
    expect((await patched(1)).proven).toBe(true);
    expect((await patched(3)).proven).toBe(false);
    expect((await patched(null)).proven).toBe(false);
    expect(await patched(1, 100)).toMatchObject({ proven: false, disproven: true });
  });
  it("is settled by counting, once no package manager is at work", async () => {
    const settled = async (values: (number | null)[], processes = "sh\n") => {
      const { action, context } = counting([3, ...values], { processes });
      return (await action.settle(context, input, await action.probe(context, input))).effect;
    };
    expect(await settled([0])).toBe("happened");
    expect(await settled([3])).toBe("did-not-happen");
    expect(await settled([null])).toBe("unknown");
    expect(await settled([0], "sshd\ndpkg\n")).toBe("unknown");
  });
});

describe.each(shellsWithPath.map((shell) => ({ shell, name: shell.join(" ") })))(
  "patch script in $name",
  ({ shell }) => {
    let commands: FakeCommands | null = null;
    afterEach(() => {
      commands?.remove();
      commands = null;
    });
    const patch = async (manager: string, fakes: Record<string, string>) => {
      commands = new FakeCommands({ id: "echo 0", ...fakes });
      const { action, context, trail } = setUp(localShell(shell, commands.environment), {
        "packages.manager": manager,
      });
      const probe = {
        state: "needed" as const,
        text: { en: "", fr: "" },
        observed: { manager, pending: 1, security: null, privilege: "root" },
      };
      return { applied: await action.apply(context, input, probe), trail };
    };

    it("drives apt without a question and passes its words and status on", async () => {
      const { applied, trail } = await patch("apt", {
        "apt-get": 'echo "$DEBIAN_FRONTEND $*"; echo warning >&2; case $* in *upgrade) exit 100;; esac',
      });
      expect(applied.data.exitCode).toBe(100);
      expect(trail.output).toMatch(
        /^noninteractive -q .* update\nwarning\nnoninteractive -y .*--force-confold .* upgrade\n/,
      );
    });
    it("does not upgrade with lists that could not be renewed", async () => {
      const { applied, trail } = await patch("apt", { "apt-get": 'echo "$*"; exit 100' });
      expect(applied.data.exitCode).toBe(100);
      expect(trail.output).not.toContain("upgrade");
    });
    it.each([
      ["dnf", "-y --refresh upgrade"],
      ["apk", "upgrade -U"],
      ["pacman", "-Syu --noconfirm"],
    ])("drives %s", async (manager, words) => {
      const { applied, trail } = await patch(manager, { [manager]: 'echo "$*"' });
      expect(applied.data.exitCode).toBe(0);
      expect(trail.output).toBe(`${words}\n`);
    });
  },
);
