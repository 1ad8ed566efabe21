import type { OpsError } from "../../../shared/errors.ts";
import { text } from "../../../shared/text.ts";
import { serviceFaults } from "../../reach/service-faults.ts";

const checkUrl = text(
  "Check the stored URL of the hook, and that the hook still exists there.",
  "Vérifiez l'URL enregistrée du crochet, et que celui-ci existe encore là-bas.",
);

/** The errors that every service has, in the words of webhooks. */
export const service = serviceFaults({
  system: "webhook",
  speaks: text("HTTP", "HTTP"),
  checkPlace: checkUrl,
  tryAgain: text(
    "Look at the channel before you send it again: it may have arrived.",
    "Regardez le canal avant de renvoyer l'annonce : elle est peut-être arrivée.",
  ),
});

/** `webhook.bad-url`: the stored secret is no URL that may be posted to. */
export function badUrl(name: string): OpsError {
  return service.fault(
    "bad-url",
    text(
      `What is stored as the URL of ${name} is not an https URL.`,
      `Ce qui est enregistré comme URL de ${name} n'est pas une URL https.`,
    ),
    text(
      "Store the whole URL of the hook; http is accepted for this workstation alone.",
      "Enregistrez l'URL complète du crochet ; http n'est accepté que pour ce poste.",
    ),
  );
}
