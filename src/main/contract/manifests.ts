import { OpsError } from "../../shared/errors.ts";
import { text } from "../../shared/text.ts";
import type { Manifests } from "../systems/system.ts";
import type { answers } from "./answers.ts";
import type { Services } from "./services.ts";

/** How long reading one, or having an edit checked, may take in milliseconds. */
const limit = 60_000;

/** The part of the contract that is about the objects behind resources, as they are written. */
export function manifestAnswers(answer: ReturnType<typeof answers>, { fleet }: Services) {
  const manifestsOf = (resource: string): Manifests => {
    const manifests = fleet.manifests(resource);
    if (!manifests) throw noManifest(resource);
    return manifests;
  };
  return {
    read: answer.manifests.read.handler(({ input, signal }) =>
      manifestsOf(input.id).read(input.id, withLimit(signal)),
    ),
    check: answer.manifests.check.handler(({ input, signal }) =>
      manifestsOf(input.resource).check(input, withLimit(signal)),
    ),
  };
}

function withLimit(signal: AbortSignal | undefined): AbortSignal {
  return signal ? AbortSignal.any([signal, AbortSignal.timeout(limit)]) : AbortSignal.timeout(limit);
}

function noManifest(resource: string): OpsError {
  return new OpsError({
    code: "manifest.none",
    system: "console",
    message: text(`${resource} has no manifest.`, `${resource} n'a pas de manifeste.`),
    hint: text(
      "Open that of an object of a cluster, such as a workload or a pod.",
      "Ouvrez celui d'un objet d'une grappe, comme une charge de travail ou un pod.",
    ),
  });
}
