import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type WebSocket from "ws";
import { heartbeatEvery, heartbeatPatience, keepHeartbeat } from "./heartbeat.ts";

class StillSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  isPaused = false;
  pings = 0;

  ping(): void {
    this.pings += 1;
  }
}

let socket: StillSocket;
let silences: number;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  socket = new StillSocket();
  silences = 0;
  keepHeartbeat(socket as unknown as WebSocket, () => {
    silences += 1;
  });
});
afterEach(() => {
  socket.emit("close");
  vi.useRealTimers();
});

test("a far side that says nothing is asked, and given up once", () => {
  vi.advanceTimersByTime(heartbeatPatience);
  expect([socket.pings, silences]).toEqual([3, 0]);
  vi.advanceTimersByTime(heartbeatEvery * 10);
  expect([socket.pings, silences]).toEqual([3, 1]);
});

test.each(["pong", "message"])("a far side that gives a %s is there", (sign) => {
  for (let round = 0; round < 20; round++) {
    vi.advanceTimersByTime(heartbeatEvery);
    socket.emit(sign);
  }
  expect(silences).toBe(0);
});

test("what is not read cannot be missed", () => {
  socket.isPaused = true;
  vi.advanceTimersByTime(heartbeatPatience * 4);
  expect([socket.pings, silences]).toEqual([0, 0]);
  socket.isPaused = false;
  vi.advanceTimersByTime(heartbeatPatience);
  expect(silences).toBe(0);
});

test("ends with the socket", () => {
  socket.emit("close");
  vi.advanceTimersByTime(heartbeatPatience * 4);
  expect([socket.pings, silences, vi.getTimerCount()]).toEqual([0, 0, 0]);
});
