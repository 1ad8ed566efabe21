import { minuteInWords } from "../../shared/amount-words.ts";
import type { Overview } from "../../shared/overview.ts";
import { healthOrder } from "../../shared/resource.ts";
import { type LocalText, text } from "../../shared/text.ts";
import { bundleNeeds } from "./bundle-needs.ts";
import { withoutMuted } from "./muted-needs.ts";
import { peopleNeeds } from "./people-needs.ts";
import { praNeeds } from "./pra-needs.ts";
import { runNeeds } from "./run-needs.ts";
import type { Services } from "./services.ts";

type Need = Overview["needs"][number];

/** How many needs the overview names; the lists hold the rest. */
const mostNeeds = 30;

/** What needs a person now, worst first, each with the page or action that mends it; what is muted is only counted. */
export function whatNeedsYou(services: Services): Pick<Overview, "needs" | "muted"> {
  const needs = [
    ...estateNeeds(services),
    ...questionNeeds(services),
    ...secretNeeds(services),
    ...taskNeeds(services),
    ...runNeeds(services.procedures.engine.runs()),
    ...praNeeds(services.pra.list()),
    ...bundleNeeds(services.bundle.state()),
    ...peopleNeeds(services.signIn.passes()),
    ...maintenanceNeeds(services),
    ...parityNeeds(services),
  ];
  // What concerns the whole console is often why so many resources are wrong: none of them takes its place.
  const mutes = services.rules.muted();
  const room = Math.max(0, mostNeeds - needs.length) + mutes.length;
  const wrong = services.inventory.wrong(room).map((resource): Need => {
    const problem = resource.problems[0]?.text;
    const error = Object.values(resource.sources).find((source) => source.error)?.error;
    const words = problem ?? error?.message ?? text("its state is not known", "son état n'est pas connu");
    return {
      key: `resource:${resource.id}`,
      health: resource.health,
      text: named(resource.name, words),
      resource: resource.id,
      page: "resource",
      action: null,
    };
  });
  const { needs: left, muted } = withoutMuted([...needs, ...wrong], mutes, (id) =>
    services.inventory.get(id),
  );
  const worstFirst = left.sort(
    (one, other) => healthOrder.indexOf(one.health) - healthOrder.indexOf(other.health),
  );
  return { needs: worstFirst.slice(0, mostNeeds), muted };
}

function estateNeeds(services: Services): Need[] {
  const state = services.estate.state();
  const journal = services.journal.state();
  const needs: Need[] = [];
  if (!state.valid) {
    needs.push({
      key: "estate",
      health: "critical",
      text: text(
        `The estate file has ${state.faults.length} fault(s); the last good one is in force.`,
        `Le fichier de parc comporte ${state.faults.length} erreur(s) ; le dernier valide reste en vigueur.`,
      ),
      resource: null,
      page: "estate",
      action: null,
    });
  }
  if (journal.state === "failed") {
    needs.push({
      key: "journal",
      health: "critical",
      text: journal.text,
      resource: null,
      page: "journal",
      action: null,
    });
  }
  return needs;
}

function questionNeeds(services: Services): Need[] {
  return services.questions.list().map((question) => ({
    key: `question:${question.id}`,
    health: "warning",
    text:
      question.kind === "host-key"
        ? text(
            `${question.target} shows a host key that nobody has accepted yet.`,
            `${question.target} présente une clé d'hôte que personne n'a encore acceptée.`,
          )
        : text(
            `${question.target} asks for a log-in answer.`,
            `${question.target} demande une réponse de connexion.`,
          ),
    resource: null,
    page: "questions",
    action: null,
  }));
}

function secretNeeds(services: Services): Need[] {
  const state = services.secrets.state();
  if (state.locked) {
    return [
      { key: "secrets", health: "warning", text: state.text, resource: null, page: "secrets", action: null },
    ];
  }
  const missing = state.secrets.filter((secret) => secret.present === false && secret.usedBy.length > 0);
  return missing.map((secret) => ({
    key: `secret:${secret.reference}`,
    health: "warning",
    text: text(
      `The secret ${secret.name} is not stored; ${secret.usedBy.join(", ")} cannot be reached with it.`,
      `Le secret ${secret.name} n'est pas enregistré ; ${secret.usedBy.join(", ")} ne peut pas être atteint avec lui.`,
    ),
    resource: null,
    page: "secrets",
    action: null,
  }));
}

function taskNeeds(services: Services): Need[] {
  return services.runner
    .tasks()
    .filter((task) => task.state === "unknown-effect")
    .map((task) => ({
      key: `task:${task.id}`,
      health: "critical",
      text: text(
        `${task.title.en} on ${task.resourceName}: it is not known whether it happened.`,
        `${task.title.fr} sur ${task.resourceName} : on ne sait pas si cela a eu lieu.`,
      ),
      resource: task.resource,
      page: "tasks",
      action: null,
    }));
}

/** What should be back in service by now. */
function maintenanceNeeds({ maintenance, inventory }: Services): Need[] {
  return maintenance.overdue().flatMap(({ resource, mark }): Need[] => {
    const found = inventory.get(resource);
    if (!found) return [];
    const until = minuteInWords(mark.until);
    return [
      {
        key: `maintenance:${resource}`,
        health: "warning",
        text: text(
          `${found.name}: its maintenance by ${mark.by} should have ended at ${until}.`,
          `${found.name} : sa maintenance par ${mark.by} aurait dû se terminer le ${until}.`,
        ),
        resource,
        page: "resource",
        action: "console.end-maintenance",
      },
    ];
  });
}

/** Sites that should hold the same and do not; what is wrong with one cluster is told with the cluster. */
function parityNeeds({ capacity }: Services): Need[] {
  return capacity
    .view()
    .parities.filter(({ verdict }) => verdict === "exceeded")
    .map(({ name, text: words }) => ({
      key: `parity:${name}`,
      health: "warning",
      text: named(name, words),
      resource: null,
      page: "capacity",
      action: null,
    }));
}

/** The words with the resource's name before them, where they do not name it themselves. */
function named(name: string, words: LocalText): LocalText {
  if (words.en.startsWith(name)) return words;
  return text(`${name}: ${words.en}`, `${name} : ${words.fr}`);
}
