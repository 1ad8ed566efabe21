import { observedKind } from "../../kinds/kind.ts";
import type { Addon } from "../addon.ts";
import { openshiftGroup } from "../openshift-group.ts";
import { BundleGatherer } from "./gatherer.ts";
import { bundlePart, folder } from "./origins.ts";

/** Authorities in ConfigMaps of an OpenShift: listed by their metadata, and only those that hold some are read. */
export const caBundlesAddon: Addon = {
  kinds: [
    observedKind({
      folder,
      plural: "configmaps",
      form: "metadata",
      onlyWith: openshiftGroup,
      seldom: true,
      extra: true,
      part: bundlePart,
      gatherer: (access) => new BundleGatherer(access),
    }),
  ],
  actions: () => [],
};
