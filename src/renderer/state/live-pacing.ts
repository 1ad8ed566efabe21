import type { ClientContext } from "@orpc/client";
import type { StandardLinkOptions } from "@orpc/client/standard";
import { liveHeader, liveWindow, type ReadNotice } from "../../shared/channel.ts";

type ClientInterceptor = NonNullable<StandardLinkOptions<ClientContext>["clientInterceptors"]>[number];

/** Frames are reported in bundles of half the window, so that main need not wait for each report. */
const reportEvery = liveWindow / 2;

/**
 * A client interceptor for an oRPC link that keeps main from running ahead of a slow reader: a frame of a live
 * query counts as taken when its reader asks for the next one. `send` puts a text message on the same channel.
 * One interceptor serves one connection.
 */
export function paceLiveQueries(send: (message: string) => void): ClientInterceptor {
  let calls = 0;
  return async ({ request, next, ...options }) => {
    const live = (calls++).toString(36);
    const headers = { ...request.headers, [liveHeader]: live };
    const response = await next({ ...options, request: { ...request, headers } });
    const report = (read: number) => send(JSON.stringify({ live, read } satisfies ReadNotice));
    return {
      ...response,
      async body() {
        const body = await response.body();
        return isAsyncIterator(body) ? reportTaken(body, report) : body;
      },
    };
  };
}

function reportTaken(
  frames: AsyncIterator<unknown>,
  report: (read: number) => void,
): AsyncIterableIterator<unknown> {
  let given = 0;
  return {
    next() {
      if (given >= reportEvery) {
        report(given);
        given = 0;
      }
      given += 1;
      return frames.next();
    },
    async return(value) {
      await frames.return?.();
      return { done: true, value };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function isAsyncIterator(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value && "next" in value;
}
