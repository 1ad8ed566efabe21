import { minuteInWords } from "../../shared/amount-words.ts";
import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Guard } from "./action.ts";

interface Holder {
  task: string;
  title: LocalText;
  since: number;
}

/** The run of a procedure that has resources to itself. */
export interface Reservation {
  run: string;
  title: LocalText;
  since: number;
}

/**
 * One action at a time on one resource. A resource whose last action has an unknown effect is marked as well: it is
 * not free, but a person may go on with a reason. What a run of a procedure works on is reserved for it from its
 * start to its end, between its steps too.
 */
export class ResourceLocks {
  readonly #held = new Map<string, Holder>();
  readonly #reserved = new Map<string, Reservation>();
  readonly #unsettled = new Map<string, Map<string, LocalText>>();

  /** Takes the lock for a task, or answers with who has it. */
  take(resource: string, holder: Holder): Holder | null {
    const held = this.#held.get(resource);
    if (held !== undefined && held.task !== holder.task) return held;
    this.#held.set(resource, holder);
    return null;
  }

  release(resource: string, task: string): void {
    if (this.#held.get(resource)?.task === task) this.#held.delete(resource);
  }

  /** Reserves resources for a run: all of them, or none and the answer is who has the first that is not free. */
  reserve(resources: readonly string[], wanted: Reservation): (Reservation & { resource: string }) | null {
    for (const resource of resources) {
      const reserved = this.#reserved.get(resource);
      if (reserved !== undefined && reserved.run !== wanted.run) return { ...reserved, resource };
    }
    for (const resource of resources) this.#reserved.set(resource, wanted);
    return null;
  }

  /** Gives back whatever a run has reserved. */
  giveBack(run: string): void {
    for (const [resource, reserved] of this.#reserved)
      if (reserved.run === run) this.#reserved.delete(resource);
  }

  markUnsettled(resource: string, task: string, title: LocalText): void {
    const tasks = this.#unsettled.get(resource) ?? new Map<string, LocalText>();
    this.#unsettled.set(resource, tasks.set(task, title));
  }

  clearUnsettled(resource: string, task: string): void {
    const tasks = this.#unsettled.get(resource);
    tasks?.delete(task);
    if (tasks?.size === 0) this.#unsettled.delete(resource);
  }

  /** What is not settled on a resource, apart from earlier attempts at the very step that asks: the run judges those. */
  #unsettledBefore(resource: string, own: string | null): LocalText | undefined {
    const attempts = own?.includes("/") === true ? own.slice(0, own.lastIndexOf("/") + 1) : null;
    for (const [task, title] of this.#unsettled.get(resource) ?? [])
      if (attempts === null || !task.startsWith(attempts)) return title;
    return undefined;
  }

  /** The guards that speak for the locks. `own` is the task that asks and `run` the run it is of, null in a preview. */
  guards(own: string | null, run: string | null = null): Guard[] {
    return [
      {
        id: "reserved",
        check: (action, resource) => {
          const reserved = this.#reserved.get(resource.id);
          const foreign = reserved !== undefined && reserved.run !== run;
          return {
            guard: "reserved",
            allowed: !foreign || action.risk === "safe",
            text: foreign ? reservedWords(resource, reserved) : unreservedWords(resource),
          };
        },
      },
      {
        id: "one-at-a-time",
        check: (_action, resource) => {
          const held = this.#held.get(resource.id);
          const free = held === undefined || held.task === own;
          return {
            guard: "one-at-a-time",
            allowed: free,
            text: free
              ? text(
                  `No other action runs on ${resource.name}.`,
                  `Aucune autre action ne s'exécute sur ${resource.name}.`,
                )
              : busyWords(resource, held),
          };
        },
      },
      {
        id: "unsettled",
        check: (action, resource) => {
          const title = this.#unsettledBefore(resource.id, own);
          if (title === undefined) {
            return {
              guard: "unsettled",
              allowed: true,
              text: text(
                "No earlier action is left unsettled.",
                "Aucune action précédente n'est restée en suspens.",
              ),
            };
          }
          return {
            guard: "unsettled",
            allowed: action.risk === "safe",
            text: text(
              `Nobody knows yet whether "${title.en}" took effect on ${resource.name}.`,
              `On ne sait pas encore si « ${title.fr} » a pris effet sur ${resource.name}.`,
            ),
            opensWithReason: true,
          };
        },
      },
    ];
  }
}

function busyWords(resource: Resource, { title, since }: Holder): LocalText {
  const at = minuteInWords(since);
  return text(
    `"${title.en}" runs on ${resource.name} since ${at}; one action at a time.`,
    `« ${title.fr} » s'exécute sur ${resource.name} depuis ${at} ; une action à la fois.`,
  );
}

function reservedWords(resource: Resource, { title, since }: Reservation): LocalText {
  const at = minuteInWords(since);
  return text(
    `The procedure "${title.en}" works on ${resource.name} since ${at}; wait for its end or cancel it.`,
    `La procédure « ${title.fr} » travaille sur ${resource.name} depuis ${at} ; attendez sa fin ou annulez-la.`,
  );
}

function unreservedWords(resource: Resource): LocalText {
  return text(
    `No other procedure works on ${resource.name}.`,
    `Aucune autre procédure ne travaille sur ${resource.name}.`,
  );
}
