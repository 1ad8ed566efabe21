import { z } from "zod";

/** The identifier of a resource, task, run or question; the longest are those of Kubernetes' objects. */
export const anyId = z.string().max(700);

/** A call on one of them. */
export const identified = z.object({ id: anyId });
