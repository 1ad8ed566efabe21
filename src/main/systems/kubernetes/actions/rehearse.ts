import type { ApiRequest } from "../client/api.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";

/**
 * Sends a change as a dry run, so that what the API server's rights, validation or admission have against it is known
 * beforehand: it is thrown as the change itself would throw it. Nothing is kept. An admission webhook that cannot take
 * part in dry runs is passed over: it has its say when the change comes. Source: kubernetes.io, "API Concepts", dry run.
 */
export async function rehearse(access: ClusterAccess, request: ApiRequest): Promise<void> {
  try {
    await access.ask({ ...request, query: { ...request.query, dryRun: "All" } });
  } catch (error) {
    if (!isUnable(error)) throw error;
  }
}

/** Whether a refusal is only about being a dry run. */
export function isUnable(error: unknown): boolean {
  return (
    error instanceof Refusal && error.status === 400 && /does not support dry run/i.test(error.saidAtLength)
  );
}
