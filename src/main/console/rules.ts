import { toOpsError } from "../../shared/errors.ts";
import { RuleDesk } from "../rules/desk.ts";
import type { Declared } from "./declared.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";

/** The rules that watch the estate, over what is known of it and what other parts work out of that. */
export function openRules(
  { endings, journal, now, redaction, report }: Ground,
  { watcher }: Declared,
  { inventory, registry, protection, capacity, certificates }: Knowledge,
): RuleDesk {
  const rules = endings.closing(
    new RuleDesk({
      inventory,
      estate: () => watcher.estate,
      journal,
      writeAll: (events) => journal.writeAll(events.map((event) => redaction.data(event))),
      whole: {
        protections: () => [...protection.all().judged.values()].map((judged) => judged.protection),
        capacity: () => capacity.view(),
        certificates: () => certificates.engine.all(),
        estate: () => watcher.state(),
        offers: (action, id) => {
          const resource = inventory.get(id);
          return resource !== null && registry.find(action, resource) !== null;
        },
      },
      feeds: [protection, capacity, certificates, watcher].map(
        (part) => (changed: () => void) => part.onChange(changed),
      ),
      now,
      onError: (thrown) => report(toOpsError(thrown, "rules")),
    }),
  );
  watcher.onChange(() => rules.reconsider());
  return rules;
}
