import type { AnyContractRouter } from "@orpc/contract";
import type { Router } from "@orpc/server";
import { RPCHandler } from "@orpc/server/websocket";
import { z } from "zod";
import {
  closeCode,
  largestRequest,
  liveHeader,
  liveWindow,
  type PacedChannel,
  type ReadNotice,
} from "../../shared/channel.ts";
import { LivePace } from "./live-pace.ts";
import { Outlet } from "./outlet.ts";

/** What every procedure is given besides its input. */
export interface CallContext {
  /** Resolves when the channel has room for more, or has closed. */
  drained(): Promise<void>;
  /** True of somebody who may only look; what that means is the router's to say. */
  readonly looksOnly: boolean;
  /** Names the window, or the windows of one browser session: who has signed in there is signed in at all of them. */
  readonly seat: string;
}

const readNoticeSchema: z.ZodType<ReadNotice> = z.strictObject({
  live: z.string().min(1).max(20),
  read: z.int().min(1).max(liveWindow),
});

type ServedContext = CallContext & { pace: LivePace };

/** Calls that one channel may have under way; a screen needs some dozens. */
const mostCalls = 1000;

export interface CallServer {
  /** Serves calls and live queries on an open channel until either side closes it. */
  serve(channel: PacedChannel, looksOnly?: boolean, seat?: string): void;
  /** Closes every channel that is being served; their calls and live queries are aborted. */
  close(): void;
}

/**
 * Serves an oRPC router. A message that is not a call of the protocol, or is too big, closes its channel and
 * nothing else; errors of procedures are the router's to shape.
 */
export function createCallServer<Contract extends AnyContractRouter>(
  router: Router<Contract, CallContext>,
): CallServer {
  const handler = new RPCHandler<ServedContext>(router as Router<Contract, ServedContext>, {
    rootInterceptors: [
      async ({ request, context, next }) => {
        const result = await next();
        const live = request.headers[liveHeader];
        const frames = result.response?.body;
        if (!result.matched || typeof live !== "string" || !isAsyncIterator(frames)) return result;
        const paced = context.pace.pace(live, frames, request.signal);
        return { ...result, response: { ...result.response, body: paced } };
      },
    ],
  });
  const served = new Set<PacedChannel>();
  return {
    serve(channel, looksOnly = false, seat = "window") {
      served.add(channel);
      serveChannel(handler, channel, { looksOnly, seat }, () => served.delete(channel));
    },
    close() {
      for (const channel of served) channel.close(closeCode.goingAway, "console closes");
    },
  };
}

function serveChannel(
  handler: RPCHandler<ServedContext>,
  channel: PacedChannel,
  visitor: Pick<CallContext, "looksOnly" | "seat">,
  closed: () => void,
): void {
  const outlet = new Outlet(channel);
  const context: ServedContext = { drained: () => outlet.drained(), ...visitor, pace: new LivePace() };
  // The handler knows its peer by this object; `send` makes a live query wait while the channel is full.
  const peer = {
    addEventListener() {},
    send(data: string | ArrayBufferLike | Blob | ArrayBufferView) {
      if (typeof data === "string" || data instanceof ArrayBuffer || data instanceof Uint8Array) {
        return outlet.send(data);
      }
      throw new TypeError("a channel carries text and bytes");
    },
  };
  let calls = 0;
  channel.onmessage = ({ data }) => {
    if (!(typeof data === "string" || data instanceof ArrayBuffer)) return;
    if ((typeof data === "string" ? data.length : data.byteLength) > largestRequest) {
      channel.close(closeCode.tooBig, "message too big");
      return;
    }
    const notice = readNotice(data);
    if (notice) {
      context.pace.taken(notice);
      return;
    }
    if (calls >= mostCalls) {
      channel.close(closeCode.failed, "too many calls");
      return;
    }
    calls += 1;
    handler
      .message(peer, data, { context })
      .catch(() => channel.close(closeCode.malformed, "malformed message"))
      .finally(() => {
        calls -= 1;
      });
  };
  channel.onclose = () => {
    outlet.release();
    handler.close(peer);
    closed();
  };
}

function readNotice(data: string | ArrayBuffer) {
  if (typeof data !== "string" || !data.startsWith(`{"${liveHeader}":`)) return null;
  try {
    return readNoticeSchema.safeParse(JSON.parse(data)).data ?? null;
  } catch {
    return null;
  }
}

function isAsyncIterator(value: unknown): value is AsyncIterator<unknown> & AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value && "next" in value;
}
