import { z } from "zod";
import type { Resource } from "../../../shared/resource.ts";
import { type LocalText, text } from "../../../shared/text.ts";
import type { Action, ActionContext, Verification } from "../../actions/action.ts";
import type { Outcome } from "./found.ts";
import type { CheckObserver } from "./observe.ts";

const good = text("It answers as it should.", "Le service répond comme prévu.");

/** `web.check`: asks a service now, whatever the schedule says. It fails where the service does not answer as it should. */
export function checkAction(observer: CheckObserver): Action {
  const offers = (resource: Resource) => observer.checkOf(resource.id) !== null;
  const look = ({ resource, signal }: ActionContext) => observer.look(resource.id, signal);
  return {
    id: "web.check",
    title: text("Check now", "Vérifier maintenant"),
    verb: text("Check", "Vérifier"),
    risk: "safe",
    effect: "convergent",
    kinds: ["service"],
    input: z.object({}),
    fields: [],
    bulk: true,
    appliesTo: offers,
    describe: ({ name }) => ({
      steps: [text(`Ask ${name} as its users do.`, `Interroger ${name} comme le font ses utilisateurs.`)],
      proof: text(
        "It answers with everything that the check asks for.",
        "Le service répond avec tout ce que la vérification exige.",
      ),
      undo: null,
    }),
    async probe({ resource }) {
      return {
        state: "needed",
        text: text(
          "It is asked once; nothing is changed by that.",
          "Le service est interrogé une fois ; rien n'en est modifié.",
        ),
        observed: { answered: resource.facts["web.answers"]?.value ?? null },
      };
    },
    apply: async () => ({ data: {} }),
    verify: async (context) => verdict(await look(context)),
    async settle(context) {
      const { proven, text: said, data } = verdict(await look(context));
      return { effect: proven ? "happened" : "did-not-happen", text: said, data };
    },
  };
}

function verdict({ answers, facts, problems }: Outcome): Verification {
  const { "web.took": took = null, "web.servedBy": servedBy = null } = facts;
  return {
    proven: answers,
    disproven: !answers,
    text: answers ? answered(took, servedBy) : (problems[0]?.text ?? good),
    data: { answers, took, servedBy },
  };
}

function answered(took: unknown, servedBy: unknown): LocalText {
  if (typeof took !== "number") return good;
  const by =
    typeof servedBy === "string"
      ? { en: `, served by ${servedBy}`, fr: `, servi par ${servedBy}` }
      : { en: "", fr: "" };
  return text(`It answered in ${took} ms${by.en}.`, `Réponse en ${took} ms${by.fr}.`);
}
