import type { Variable, VariableType } from "../../../shared/procedure.ts";
import type { ResourceKind } from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";

export type ScopeType = VariableType | "unknown";

/** What a name means where it stands, or why it means nothing there. */
export type Found =
  | { kind: "known"; type: ScopeType; choices?: readonly string[]; kinds?: readonly ResourceKind[] }
  | { kind: "unknown"; message: LocalText; word: string; candidates: readonly string[] };

/** What is known of a name before it has a value. */
export type Named = Pick<Variable, "type" | "choices" | "kinds">;

/** How a step that others wait for can have ended. */
export const outcomes = ["verified", "skipped"] as const;

/**
 * The names that a step may use: the variables of its procedure, the items of the `forEach` it is in, and the outcomes
 * of steps that are sure to have ended before it.
 */
export class Scope {
  readonly #names: ReadonlyMap<string, Named>;
  readonly #ended: () => ReadonlySet<string>;
  readonly #all: ReadonlySet<string>;

  /**
   * `ended` tells the steps that have ended before, `all` are those of the whole procedure. Most steps name no outcome,
   * so that what ended before them is never asked.
   */
  constructor(names: ReadonlyMap<string, Named>, ended: () => ReadonlySet<string>, all: ReadonlySet<string>) {
    this.#names = names;
    this.#ended = ended;
    this.#all = all;
  }

  /** The same for a step that comes after these besides. */
  after(ended: () => Iterable<string>): Scope {
    return new Scope(this.#names, () => new Set([...this.#ended(), ...ended()]), this.#all);
  }

  /** The same with one name more. */
  with(name: string, named: Named): Scope {
    return new Scope(new Map([...this.#names, [name, named]]), this.#ended, this.#all);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** The names of one type. */
  ofType(type: VariableType): string[] {
    return [...this.#names].filter(([, named]) => named.type === type).map(([name]) => name);
  }

  find(path: readonly string[]): Found {
    const [first = "", ...rest] = path;
    if (first === "steps") return this.#outcome(path, rest);
    const named = this.#names.get(first);
    if (!named) {
      return {
        kind: "unknown",
        message: text(`No variable is called "${first}".`, `Aucune variable ne s'appelle « ${first} ».`),
        word: first,
        candidates: [...this.#names.keys()],
      };
    }
    const [member] = rest;
    if (member === undefined) {
      const choices = named.choices?.map(({ value }) => value);
      return {
        kind: "known",
        type: named.type,
        ...(choices ? { choices } : {}),
        ...(named.kinds ? { kinds: named.kinds } : {}),
      };
    }
    const members = named.type === "resource" ? ["id", "name"] : [];
    if (rest.length === 1 && members.includes(member)) return { kind: "known", type: "text" };
    return {
      kind: "unknown",
      message: text(
        `"${first}" has no part "${rest.join(".")}".`,
        `« ${first} » n'a pas de partie « ${rest.join(".")} ».`,
      ),
      word: rest.join("."),
      candidates: members,
    };
  }

  #outcome(path: readonly string[], [step = "", member, ...more]: readonly string[]): Found {
    if (member !== "outcome" || more.length > 0) {
      return {
        kind: "unknown",
        message: text(
          `Of a step only its outcome is known: steps.${step || "ID"}.outcome.`,
          `D'une étape, seule son issue est connue : steps.${step || "ID"}.outcome.`,
        ),
        word: path.slice(2).join("."),
        candidates: ["outcome"],
      };
    }
    const ended = this.#ended();
    if (ended.has(step)) return { kind: "known", type: "text", choices: outcomes };
    const known = this.#all.has(step);
    return {
      kind: "unknown",
      message: known
        ? text(
            `The step "${step}" is not sure to have ended before this one.`,
            `L'étape « ${step} » n'est pas forcément terminée avant celle-ci.`,
          )
        : text(
            `There is no step "${step}" before this one.`,
            `Il n'y a pas d'étape « ${step} » avant celle-ci.`,
          ),
      word: step,
      candidates: known ? [] : [...ended],
    };
  }
}
