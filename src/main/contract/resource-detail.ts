import type { ResourceDetail } from "../../shared/contract.ts";
import { text } from "../../shared/text.ts";
import { offersOn, type Services } from "./services.ts";

/** All that the page of one resource shows: the resource, what it hangs together with, what can be done now. */
export function resourceDetail(services: Services, id: string): ResourceDetail {
  const resource = services.inventory.get(id);
  if (!resource) {
    return {
      resource: null,
      relations: { parent: null, children: [], siblings: [] },
      offers: [],
      terminal: { available: false, text: null },
      history: {},
    };
  }
  const hasShell = services.fleet.hasShell(id);
  return {
    resource,
    relations: services.inventory.relations(id),
    offers: offersOn(services, [id]),
    terminal: {
      available: hasShell,
      text: hasShell
        ? null
        : text(
            "No system of the estate offers a terminal here.",
            "Aucun système du parc n'offre de terminal ici.",
          ),
    },
    history: services.inventory.history(id),
  };
}
