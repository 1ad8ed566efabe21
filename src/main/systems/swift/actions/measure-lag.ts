import { z } from "zod";
import type { Resource } from "../../../../shared/resource.ts";
import { type LocalText, text } from "../../../../shared/text.ts";
import type { Action } from "../../../actions/action.ts";
import type { Canary, Measured } from "../canary.ts";
import { directionOf, type Replication, readSides } from "../replication.ts";

/** The replication that a resource is, with what measures it; null for any other resource. */
export type FindReplication = (
  resource: Pick<Resource, "id">,
) => { replication: Replication; canary: Canary } | null;

/** `swift.measure-lag`: puts a small object at the source and waits for it at the target. */
export function measureLagAction(find: FindReplication): Action {
  const known = (resource: Pick<Resource, "id" | "name">) => {
    const found = find(resource);
    if (!found) throw new Error(`${resource.name} is no replication of this system`);
    return found;
  };
  return {
    id: "swift.measure-lag",
    title: text("Measure the lag", "Mesurer le retard"),
    verb: text("Measure", "Mesurer"),
    risk: "safe",
    effect: "convergent",
    kinds: ["replication"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: (resource) => find(resource) !== null,
    describe: () => ({
      steps: [
        text(
          "Put a small object of the console's own at the source, wait for it at the target, then delete it at both.",
          "Déposer à la source un petit objet propre à la console, l'attendre à la cible, puis le supprimer des deux côtés.",
        ),
      ],
      proof: text("The object is at the target.", "L'objet est à la cible."),
      undo: null,
    }),
    async probe({ resource, signal }) {
      const { replication } = known(resource);
      const direction = directionOf(await readSides(replication, signal));
      if (direction.way !== "one-way")
        return { state: "impossible", text: noWay, observed: { way: direction.way } };
      const { from, to } = direction;
      const words = text(`${from.name} is copied to ${to.name}.`, `${from.name} est copié vers ${to.name}.`);
      return { state: "needed", text: words, observed: { from: from.end, to: to.end } };
    },
    async apply({ resource, signal, committed, progress }, _input, { observed }) {
      const { replication, canary } = known(resource);
      const [from, to] =
        replication.sides[0].end === observed.from ? replication.sides : [...replication.sides].reverse();
      if (!from || !to) throw new Error("a replication has two sides");
      committed();
      progress(text(`Waiting for it at ${to.name}.`, `En attente à ${to.name}.`));
      const measured = await canary.measure(from, to, signal);
      return { data: { ...measured } };
    },
    verify: async (_context, _input, _probe, { data }) => {
      const measured = measuredSchema.parse(data);
      return { proven: measured.arrived, text: lagWords(measured), data: {} };
    },
    settle: async () => ({ effect: "did-not-happen", text: again, data: {} }),
  };
}

const measuredSchema: z.ZodType<Measured> = z.object({
  from: z.string(),
  to: z.string(),
  lag: z.number(),
  arrived: z.boolean(),
  at: z.number(),
});

const noWay = text(
  "It is not known which of the two is copied to the other, or both are.",
  "On ne sait pas lequel des deux est copié vers l'autre, ou les deux le sont.",
);
const again = text("Measure again.", "Mesurez de nouveau.");

/** What was measured, in words. */
export function lagWords({ lag, arrived, to }: Measured): LocalText {
  const seconds = (lag / 1000).toFixed(1);
  return arrived
    ? text(
        `It was at ${to} after ${seconds} s.`,
        `Il était à ${to} au bout de ${seconds.replace(".", ",")} s.`,
      )
    : text(
        `It was not at ${to} after ${seconds} s.`,
        `Il n'était pas à ${to} au bout de ${seconds.replace(".", ",")} s.`,
      );
}
