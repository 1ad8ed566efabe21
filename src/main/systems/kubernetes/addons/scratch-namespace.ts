import { z } from "zod";
import { text } from "../../../../shared/text.ts";
import type { ActionContext } from "../../../actions/action.ts";
import { Refusal } from "../client/refusal.ts";
import type { ClusterAccess } from "../cluster-access.ts";
import { listObjects } from "../list-watch/pages.ts";
import { readObject } from "./objects.ts";

/** The mark of the namespaces that test restores make; its value is the application that they are for. */
const scratchMark = "passerelle/test-restore";
/** Milliseconds between two looks at a namespace that is going, and how long that may take. */
const look = 3000;
const patience = 600_000;

/** The labels of a scratch namespace for an application. */
export function scratchLabels(application: string): Record<string, string> {
  return { [scratchMark]: application.slice(0, 63) };
}

/** Deletes a scratch namespace, and nothing that does not bear its mark; says whether it is gone. */
export async function takeAway(
  access: ClusterAccess,
  target: string,
  context: Pick<ActionContext, "signal" | "progress">,
): Promise<boolean> {
  const path = `/api/v1/namespaces/${target}`;
  const until = access.now() + patience;
  let isAsked = false;
  for (;;) {
    const namespace = await readObject(access, path, context.signal);
    if (namespace === null) return true;
    if (!isScratch(namespace) || access.now() >= until) return false;
    if (!isAsked) {
      context.progress(
        text(
          `The namespace ${target} is being deleted.`,
          `L'espace de noms ${target} est en cours de suppression.`,
        ),
      );
      await remove(access, path, context.signal);
      isAsked = true;
    }
    await access.wait(look * (1 + 0.5 * access.random()), context.signal);
  }
}

/** Deletes what earlier tests of this application left behind when their console ended in the middle; what runs goes on. */
export async function clearLeftovers(
  access: ClusterAccess,
  { application, target }: { application: string; target: string },
  wish: { isBusy(namespace: string): Promise<boolean>; signal: AbortSignal },
): Promise<void> {
  const { isBusy, signal } = wish;
  const labelSelector = `${scratchMark}=${application.slice(0, 63)}`;
  const left = await listObjects(access.api, { path: "/api/v1/namespaces", labelSelector }, signal);
  for (const { metadata, object } of left) {
    if (metadata.name === target || metadata.deletionTimestamp !== null || !isScratch(object)) continue;
    if (await isBusy(metadata.name)) continue;
    await remove(access, `/api/v1/namespaces/${metadata.name}`, signal);
  }
}

const scratchSchema = z.object({
  metadata: z.object({ labels: z.looseObject({ [scratchMark]: z.string() }) }),
});

function isScratch(namespace: unknown): boolean {
  return scratchSchema.safeParse(namespace).success;
}

async function remove(access: ClusterAccess, path: string, signal: AbortSignal): Promise<void> {
  try {
    await access.ask({ method: "DELETE", path, signal });
  } catch (error) {
    // Gone, or going already: that is what is wanted.
    if (!(error instanceof Refusal) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}
