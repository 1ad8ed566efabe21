import type { Declaration, Health, Observation } from "../../../shared/resource.ts";

/** A host that SSH declares, unless told otherwise. */
export function declared(id: string, parts: Partial<Declaration> = {}): Declaration {
  return {
    id,
    kind: "host",
    name: id,
    system: "ssh",
    parent: null,
    site: null,
    environment: null,
    staleAfter: 1000,
    ...parts,
  };
}

/** A reading of it by SSH without facts and problems, unless told otherwise. */
export function read(
  resource: string,
  health: Health,
  parts: Partial<Extract<Observation, { health: Health }>> = {},
): Observation {
  return { resource, source: "ssh", at: Date.now(), health, facts: {}, problems: [], ...parts };
}
