import { outsideFault } from "../inside/desk.ts";
import { Leaving, type OpenThing } from "../inside/leaving.ts";
import { pause } from "../reach/abort.ts";
import type { SshReach } from "../reach/ssh-reach.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import type { openSessions } from "./sessions.ts";
import type { Work } from "./work.ts";

/** Milliseconds that a network which is just changing has, before what it leads to is judged once more. */
const graceTime = 3000;

/** Ends terminals, screens and forwarded connections, and lets go of kept connections, when this workstation goes outside. */
export function startLeaving(
  { endings, report }: Ground,
  { fleet, inventory, registry }: Knowledge,
  { inside, runner }: Work,
  { sessions, forwards }: Pick<Awaited<ReturnType<typeof openSessions>>, "sessions" | "forwards">,
  reach: SshReach,
): void {
  const open = (): OpenThing[] => [
    ...sessions.onResources().map(
      ({ place, end }): OpenThing => ({
        key: place,
        subject: { of: "console", ...place },
        end,
      }),
    ),
    ...forwards.list().flatMap(({ id, resource, connections }): OpenThing[] =>
      connections === 0
        ? []
        : [
            {
              key: id,
              subject: { of: "part", resources: [resource], part: "ports" },
              end: (reason) => forwards.cut(id, outsideFault(reason)),
            },
          ],
    ),
  ];
  const atWork = () =>
    new Set(
      runner
        .tasks()
        .flatMap((task) => (task.children === null ? [task] : runner.children(task.id)))
        .flatMap(({ endedAt, action, resource }) => {
          const found = endedAt === null && resource !== null ? inventory.get(resource) : null;
          return found ? [registry.systemOf(action, found)] : [];
        }),
    );
  const leaveWays = () => {
    reach.leaveOutside();
    const busy = atWork();
    const left = reach.status().outside.map(({ system }) => system);
    for (const system of left) if (!busy.has(system)) fleet.distrust(system);
    return left.every((system) => !busy.has(system));
  };
  endings.closing(
    new Leaving({
      open,
      reasonAgainst: (subject) => inside.reasonAgainst(subject),
      judgement: () => reach.judgement,
      judgeAnew: () => reach.judgeAnew(),
      leaveWays,
      grace: (signal) => pause(graceTime, signal),
      onChange: (listener) => {
        const ends = [reach.onChange(listener), runner.onChange(listener)];
        return () => {
          for (const end of ends) end();
        };
      },
      report,
    }),
  );
}
