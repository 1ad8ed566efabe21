import type { TaskState } from "../../shared/action.ts";
import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { type AnnouncementEnd, Announcements } from "../people/announcements.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import type { People } from "./people.ts";
import type { Work } from "./work.ts";

/** Milliseconds that one try to tell one channel may take. */
const deadline = 60_000;

/** Has break-glass told through the webhook that the estate names, by actions of the console's own. */
export function openAnnouncements(
  ground: Ground,
  { watcher }: Declared,
  { people, passes }: People,
  { inventory }: Pick<Knowledge, "inventory">,
  { runner }: Pick<Work, "runner">,
): Announcements {
  const { endings, journal, me, now, record } = ground;
  const channels = () => {
    const system = watcher.estate?.breakGlass?.announce;
    if (system === undefined) return null;
    return inventory.all().filter((one) => one.system === system && one.kind === "service");
  };
  const announcements = endings.closing(
    new Announcements({
      record,
      journal,
      passes,
      nameOf: (operator) => people.roster.find(operator)?.name ?? operator,
      channels: () => channels()?.map(({ id }) => id) ?? null,
      // The console itself tells it: whoever broke the glass may not have the right to.
      send: (channel, words) =>
        me.callers.as({ kind: "console", person: null, name: me.actor }, () =>
          runner.start({
            action: "webhook.announce",
            resources: [channel],
            input: { text: `${words.en}\n${words.fr}` },
            reason: "break-glass",
            confirmation: "",
            concurrency: 1,
            deadline,
          }),
        ),
      ended: async (task) => endOf(await runner.waitFor(task)),
      recall: (task) => {
        const known = runner.recall(task);
        if (known === null) return { state: "failed", why: notSent };
        // What was about to be sent when its console ended may have left.
        return known.state === "running" && known.intents > 0 ? { state: "uncertain" } : endOf(known);
      },
      now,
    }),
  );
  endings.add(inventory.onChange(comesBack(announcements, channels)));
  return announcements;
}

/** Hurries what waits once a channel can be read that could not be. */
function comesBack(announcements: Announcements, channels: () => Resource[] | null): () => void {
  let readable = new Set<string>();
  return () => {
    if (!announcements.waiting) return;
    const now = new Set((channels() ?? []).filter(isReadable).map(({ id }) => id));
    const back = [...now].some((id) => !readable.has(id));
    readable = now;
    if (back) announcements.hurry();
  };
}

function isReadable({ seenAt, stale, sources }: Resource): boolean {
  return seenAt !== null && !stale && Object.values(sources).every(({ error }) => error === null);
}

interface Ended {
  state: TaskState;
  outcome: LocalText | null;
  error: { message: LocalText } | null;
}

function endOf({ state, outcome, error }: Ended): AnnouncementEnd {
  if (state === "verified" || state === "already-done") return { state: "sent" };
  if (state === "unknown-effect") return { state: "uncertain" };
  return { state: "failed", why: error?.message ?? outcome ?? notSent };
}

const notSent = text("It was not sent.", "Elle n'a pas été envoyée.");
