import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import type { Client, Connection, Phase } from "./client.ts";
import { type Fold, type Live, LiveQuery, type OpenLive } from "./live-query.ts";

export type { Live } from "./live-query.ts";

const ConnectionContext = createContext<Connection | null>(null);
export const ConnectionProvider = ConnectionContext.Provider;

/** The window's connection to main; throws outside a ConnectionProvider. */
export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error("a component stands outside the ConnectionProvider");
  return connection;
}

/** The contract's calls, as functions. */
export function useClient(): Client {
  return useConnection().client;
}

/** How the window stands with main, as it changes. */
export function usePhase(): Phase {
  const connection = useConnection();
  return useSyncExternalStore(connection.subscribe, connection.phase);
}

function latest<Frame>(_value: Frame | null, frame: Frame): Frame {
  return frame;
}

/** A live query whose every frame is the whole value. `open` must be stable (useCallback): a new one restarts it. */
export function useLive<Frame>(open: OpenLive<Frame>): Live<Frame> & { retry: () => void } {
  return useLiveFold<Frame, Frame>(open, latest);
}

/**
 * A live query whose frames are changes, folded into a value. It runs while the component is mounted and the page
 * is visible; unmounting closes it here and in main. `open` and `fold` must be stable.
 */
export function useLiveFold<Frame, Value>(
  open: OpenLive<Frame>,
  fold: Fold<Frame, Value>,
): Live<Value> & { retry: () => void } {
  const connection = useConnection();
  const query = useMemo(() => new LiveQuery(connection, open, fold), [connection, open, fold]);
  useEffect(() => {
    query.start();
    return () => query.stop();
  }, [query]);
  const live = useSyncExternalStore(query.subscribe, query.read);
  return useMemo(() => ({ ...live, retry: query.retry }), [live, query]);
}
