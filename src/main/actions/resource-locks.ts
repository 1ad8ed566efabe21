import type { Resource } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import type { Guard } from "./action.ts";

interface Holder {
  task: string;
  title: LocalText;
  since: number;
}

/**
 * One action at a time on one resource. A resource whose last action has an unknown effect is marked as well: it is
 * not free, but a person may go on with a reason.
 */
export class ResourceLocks {
  readonly #held = new Map<string, Holder>();
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

  markUnsettled(resource: string, task: string, title: LocalText): void {
    const tasks = this.#unsettled.get(resource) ?? new Map<string, LocalText>();
    this.#unsettled.set(resource, tasks.set(task, title));
  }

  clearUnsettled(resource: string, task: string): void {
    const tasks = this.#unsettled.get(resource);
    tasks?.delete(task);
    if (tasks?.size === 0) this.#unsettled.delete(resource);
  }

  /** The two guards that speak for the locks. `own` is the task that asks, null in a preview. */
  guards(own: string | null): Guard[] {
    return [
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
          const title = this.#unsettled.get(resource.id)?.values().next().value;
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
  const at = new Date(since).toISOString();
  return text(
    `"${title.en}" runs on ${resource.name} since ${at}; one action at a time.`,
    `« ${title.fr} » s'exécute sur ${resource.name} depuis ${at} ; une action à la fois.`,
  );
}
