import type { ResourceDetail } from "../../shared/resource-detail.ts";
import { noRelations } from "../inventory/relations.ts";
import { offersOn, type Services } from "./services.ts";

/** All that the page of one resource shows: the resource, what it hangs together with, what can be done now. */
export function resourceDetail(services: Services, seat: string, id: string): ResourceDetail {
  const resource = services.inventory.get(id);
  if (!resource) {
    return {
      resource: null,
      relations: noRelations,
      contents: {},
      offers: [],
      consoles: [],
      has: {
        logs: false,
        ports: false,
        manifest: false,
        happenings: false,
        snapshots: false,
        remoteTasks: false,
        secrets: false,
      },
      history: {},
    };
  }
  return {
    resource,
    relations: services.inventory.relations(id),
    contents: services.inventory.contents(id),
    offers: offersOn(services, seat, [id]),
    consoles: services.fleet.consoles(id).map((console) => ({
      ...console,
      unavailable: services.reach.outside(console.system, id) ?? console.unavailable,
    })),
    has: services.fleet.has(id),
    history: services.inventory.history(id),
  };
}
