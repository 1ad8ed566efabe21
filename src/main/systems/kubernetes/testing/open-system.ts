import { kubernetesSystemSchema } from "../../../../shared/systems/kubernetes.ts";
import type { System, SystemContext } from "../../system.ts";
import { kubernetesSystem } from "../index.ts";
import { dialLoopback } from "./surroundings.ts";

/** The system `east` of an API server at a port of loopback, logged in with a token. */
export function openSystem(port: number, more: object = {}): System {
  const config = kubernetesSystemSchema.parse({
    type: "kubernetes",
    site: "atelier",
    server: `http://127.0.0.1:${port}`,
    token: "keychain:east",
    ...more,
  });
  const context: Pick<SystemContext, "id" | "now"> & Record<string, unknown> = {
    id: "east",
    now: () => Date.now(),
    reach: { dial: dialLoopback },
    secrets: { resolve: async () => ({ reveal: () => "token-1" }) },
    questions: {},
  };
  return kubernetesSystem.create(config, context as unknown as SystemContext);
}
