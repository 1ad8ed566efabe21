import { type ObservedKind, observedKind, type UsualKind } from "../../kinds/kind.ts";
import { folders, prefixes } from "./names.ts";
import { PointGatherer, pointPart } from "./points.ts";
import { seenPolicy, seenProfile } from "./policy.ts";
import { RunGatherer, runPart } from "./runs.ts";

const kind = (parts: UsualKind): ObservedKind => observedKind({ ...parts, extra: true });

/** Milliseconds between two readings of what its own API servers serve, which are no store that can be watched. */
const pause = 5000;
const served = (parts: UsualKind): ObservedKind => kind({ ...parts, watched: false, pause });

/** What is read of Veeam Kasten. Who may not read it is told so as of all that is an extra. */
export const kastenKinds: readonly ObservedKind[] = [
  kind({ folder: folders.policies, plural: "policies", prefixes: [prefixes.config], see: seenPolicy }),
  kind({ folder: folders.profiles, plural: "profiles", prefixes: [prefixes.config], see: seenProfile }),
  served({
    folder: "kasten-runs",
    plural: "runactions",
    seldom: true,
    prefixes: [prefixes.actions],
    lookedAtWith: [folders.policies],
    part: (item, system) => runPart(system, item),
    gatherer: () => new RunGatherer("policy"),
  }),
  served({
    folder: "kasten-exports",
    plural: "exportactions",
    seldom: true,
    prefixes: [prefixes.actions],
    lookedAtWith: [folders.policies],
    part: (item, system) => runPart(system, item),
    gatherer: () => new RunGatherer("export"),
  }),
  served({
    folder: folders.points,
    plural: "restorepointcontents",
    prefixes: [prefixes.apps],
    namespaced: false,
    part: pointPart,
    gatherer: (access) => new PointGatherer(access),
  }),
];
