import { join } from "node:path";
import { ForwardDesk } from "../forwards/forward-desk.ts";
import { LogDesk } from "../logs/log-desk.ts";
import { RecordingStore } from "../recordings/recording-store.ts";
import { SessionRegistry } from "../sessions/session-registry.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";

/** What people hold open towards resources: terminals and screens, their recordings, logs, forwarded ports. */
export async function openSessions(ground: Ground, { fleet, inventory }: Knowledge) {
  const { endings, folder, now, record, report } = ground;
  const recordings = endings.closing(new RecordingStore({ folder: join(folder, "recordings"), now, report }));
  await recordings.start();
  const logs = endings.closing(
    new LogDesk({
      folder: join(folder, "held-logs"),
      logs: (resource) => fleet.logs(resource),
      journal: record,
      now,
    }),
  );
  await logs.start();
  const forwards = endings.closing(
    new ForwardDesk({
      ports: (resource) => fleet.ports(resource),
      nameOf: (resource) => inventory.get(resource)?.name ?? resource,
      journal: record,
      now,
    }),
  );
  const sessions = endings.closing(new SessionRegistry());
  return { recordings, logs, forwards, sessions };
}
