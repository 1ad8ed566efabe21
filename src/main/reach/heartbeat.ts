import type WebSocket from "ws";

/** Milliseconds between two questions whether the far side is still there, and how long it may leave them unanswered. */
export const heartbeatEvery = 20_000;
export const heartbeatPatience = 75_000;

/**
 * Asks the far side of a WebSocket whether it is there (RFC 6455, 5.5.2), and calls `onSilence` once when nothing at
 * all came from it for too long. Ends with the socket.
 */
export function keepHeartbeat(socket: WebSocket, onSilence: () => void): void {
  let heardAt = performance.now();
  const heard = () => {
    heardAt = performance.now();
  };
  const timer = setInterval(() => {
    // While we do not read, an answer cannot be seen.
    if (socket.isPaused) return heard();
    if (performance.now() - heardAt > heartbeatPatience) {
      clearInterval(timer);
      onSilence();
    } else if (socket.readyState === socket.OPEN) socket.ping();
  }, heartbeatEvery);
  timer.unref();
  socket.on("pong", heard);
  socket.on("message", heard);
  socket.once("close", () => clearInterval(timer));
}
