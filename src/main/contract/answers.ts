import { implement, ORPCError } from "@orpc/server";
import { contract } from "../../shared/contract.ts";
import { OpsError, toOpsError } from "../../shared/errors.ts";
import type { LiveContext } from "./live.ts";

/**
 * The contract, ready to be answered. Whatever a procedure throws leaves as the plain form of an OpsError: no
 * stack, no cause. What was not foreseen is told to `report` and crosses as `general.unexpected`.
 */
export function answers(report: (error: OpsError) => void) {
  return implement(contract)
    .$context<LiveContext>()
    .use(async ({ next }) => {
      try {
        return await next();
      } catch (thrown) {
        if (thrown instanceof ORPCError) throw thrown;
        const error = toOpsError(thrown, "console");
        if (!(thrown instanceof OpsError)) report(error);
        throw new ORPCError("OPS", { message: error.message, data: error.toWire() });
      }
    });
}
