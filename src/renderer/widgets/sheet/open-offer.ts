import { useCallback } from "react";
import type { ActionOffer } from "../../../shared/action.ts";
import { editAction } from "../../state/edit-action.ts";
import { useOverlays } from "../../state/overlays.ts";
import { navigate, placeTo } from "../../state/router.ts";

/** Actions on one resource that have a page of their own, where they are prepared, followed and looked back at. */
const pages: Readonly<Record<string, (resource: string) => string>> = {
  "kubernetes.drain": (resource) => placeTo("drain", resource),
  [editAction]: (resource) => placeTo("resource", resource, "manifest"),
};

/** The page on which an action on a resource is followed; null for one that has only its task. */
export function pageOfAction(action: string, resource: string | null): string | null {
  return resource === null ? null : (pages[action]?.(resource) ?? null);
}

/** Opens what comes before an action: its own page, or the sheet; `name` is that of the only resource. */
export function useOpenOffer(): (offer: ActionOffer, resources: readonly string[], name?: string) => void {
  const openSheet = useOverlays((overlays) => overlays.openSheet);
  const openPalette = useOverlays((overlays) => overlays.openPalette);
  return useCallback(
    (offer, resources, name) => {
      const [only, second] = resources;
      const page = only !== undefined && second === undefined ? pageOfAction(offer.id, only) : null;
      if (page === null) return openSheet({ offer, resources, name });
      openPalette(false);
      navigate(page);
    },
    [openSheet, openPalette],
  );
}
