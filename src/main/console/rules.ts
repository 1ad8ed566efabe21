import { toOpsError } from "../../shared/errors.ts";
import type { SshReach } from "../reach/ssh-reach.ts";
import { RuleDesk } from "../rules/desk.ts";
import { KeptReadings } from "../rules/kept-readings.ts";
import { workstationClock } from "../vault/clock.ts";
import { ReferenceWatch } from "../vault/reference-watch.ts";
import type { Declared } from "./declared.ts";
import type { Disaster } from "./disaster.ts";
import type { Ground } from "./ground.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reach } from "./reach.ts";

/** Milliseconds in which a console has read the estate: until then a plan may look as if parts of it were missing. */
const firstLook = 60_000;

/** The rules that watch the estate, over what is known of it and what other parts work out of that. */
export function openRules(
  { endings, folder, journal, logger, now, redaction, report }: Ground,
  { watcher }: Declared,
  { inventory, registry, protection, capacity, certificates }: Knowledge,
  { reach, secrets, vaults }: Reach,
  { pra, bundle }: Disaster,
): RuleDesk {
  const references = endings.closing(
    new ReferenceWatch({
      access: () => vaults.signedInForReferences(),
      declared: () => secrets.state().secrets,
      feeds: [vaults, secrets].map((part) => (changed: () => void) => part.onChange(changed)),
      clock: workstationClock(now),
    }),
  );
  const opened = performance.now();
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
        lostReferences: () => references.lost,
        readiness: () => (performance.now() - opened < firstLook ? [] : pra.list()),
        bundle: () => {
          const { wanted, note, late, error } = bundle.state();
          return wanted ? { madeAt: note?.madeAt ?? null, isLate: late, error: error?.text ?? null } : null;
        },
        whereabouts: () => reach.status(),
        offers: (action, id) => {
          const resource = inventory.get(id);
          return resource !== null && registry.find(action, resource) !== null;
        },
      },
      feeds: [
        ...[protection, capacity, certificates, watcher, references, pra].map(
          (part) => (changed: () => void) => part.onChange(changed),
        ),
        whenElsewhere(reach),
      ],
      readings: new KeptReadings({
        dataFolder: folder,
        now,
        onTrouble: (error) => logger.warn({ error }, "the readings of disks could not be kept or read"),
      }),
      now,
      onError: (thrown) => report(toOpsError(thrown, "rules")),
    }),
  );
  watcher.onChange(() => rules.reconsider());
  const looked = setTimeout(() => rules.reconsider(), firstLook).unref();
  endings.add(() => clearTimeout(looked));
  return rules;
}

/** Connections come and go all the time; where this workstation stands seldom changes. */
function whenElsewhere(reach: SshReach) {
  const standing = () => {
    const { state, outside } = reach.status();
    return `${state} ${outside.map(({ system, text: { en } }) => `${system} ${en}`).join(" ")}`;
  };
  return (changed: () => void) => {
    let last = standing();
    return reach.onChange(() => {
      const now = standing();
      if (now === last) return;
      last = now;
      changed();
    });
  };
}
