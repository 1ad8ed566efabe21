import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LogRequest, logRequestSchema } from "../../../../shared/logs.ts";
import { kubernetesSystemSchema } from "../../../../shared/systems/kubernetes.ts";
import type { LogReadingState } from "../../system.ts";
import { ClusterAccess } from "../cluster-access.ts";
import { type Received, refuse } from "../testing/fake-answers.ts";
import { FakeApi } from "../testing/fake-api.ts";
import { pod } from "../testing/objects.ts";
import { dialLoopback, FakeClock, quiet } from "../testing/surroundings.ts";
import { readContainerLog } from "./container-log.ts";

let server: FakeApi;
let access: ClusterAccess;
let clock: FakeClock;
/** What the next requests for the log are answered with. */
let answers: ((received: Received, response: ServerResponse) => void)[];
let told: LogReadingState[];

beforeEach(async () => {
  server = await FakeApi.start();
  clock = new FakeClock();
  answers = [];
  told = [];
  server.intercept.push((received, response) => {
    if (!received.path.endsWith("/log")) return false;
    const next = answers.shift();
    if (next) next(received, response);
    else response.socket?.destroy();
    return true;
  });
  access = new ClusterAccess({
    system: "east",
    config: kubernetesSystemSchema.parse({
      type: "kubernetes",
      server: `http://127.0.0.1:${server.port}`,
      token: "keychain:t",
    }),
    folder: () => "/",
    reach: { dial: dialLoopback },
    secrets: { resolve: async () => ({ reveal: () => "token-1" }) },
    now: clock.now,
    wait: clock.wait,
    random: () => 0,
  });
});
afterEach(async () => {
  access.close();
  await server.close();
});

function put(state: object, part: { restartPolicy?: string; phase?: string } = {}): void {
  const made = pod("api-1");
  server.store.put("pods", {
    ...made,
    metadata: { ...made.metadata, uid: "uid-1" },
    spec: { containers: [{ name: "app" }], restartPolicy: part.restartPolicy ?? "Always" },
    status: { phase: part.phase ?? "Running", containerStatuses: [{ name: "app", restartCount: 0, state }] },
  });
}
const ended = { terminated: { exitCode: 0, reason: "Completed" } };
const running = { running: { startedAt: "2026-05-12T08:00:00Z" } };

const say = (words: string) => (_received: Received, response: ServerResponse) => {
  response.writeHead(200, { "content-type": "text/plain" });
  response.end(words);
};
const breakOff = (words: string) => (_received: Received, response: ServerResponse) => {
  response.writeHead(200, { "content-type": "text/plain" });
  response.write(words);
  setTimeout(() => response.socket?.destroy(), 10);
};

async function read(part: Partial<LogRequest> = {}, signal = quiet): Promise<string> {
  const request = logRequestSchema.parse({ resources: ["x"], ...part });
  const { namespace = "" } = pod("api-1").metadata;
  const place = { namespace, pod: "api-1", uid: "uid-1", container: "app" };
  let words = "";
  for await (const chunk of readContainerLog(access, place, request, signal, (each) => told.push(each))) {
    words += chunk.toString();
  }
  return words;
}
const asked = () =>
  server.received.filter(({ path }) => path.endsWith("/log")).map(({ query }) => Object.fromEntries(query));

test("a log that is not followed is asked for once, as was wished", async () => {
  answers.push(say("2026-05-12T08:00:00Z one\n2026-05-12T08:00:01Z two"));
  expect(await read({ follow: false, tail: 5, since: 60, previous: true })).toBe(
    "2026-05-12T08:00:00Z one\n2026-05-12T08:00:01Z two\n",
  );
  expect(asked()).toEqual([
    { container: "app", timestamps: "true", previous: "true", tailLines: "5", sinceSeconds: "60" },
  ]);
});

test("a connection that breaks is made again where it broke, and no line comes twice", async () => {
  put(running);
  answers.push(
    breakOff("2026-05-12T08:00:00Z one\n2026-05-12T08:00:01.1Z two\n2026-05-12T08:00:01.2Z thr"),
    (received, response) => {
      put(ended, { phase: "Succeeded" });
      say("2026-05-12T08:00:01.1Z two\n2026-05-12T08:00:01.2Z three\n2026-05-12T08:00:02Z four\n")(
        received,
        response,
      );
    },
  );
  const words = await read({ tail: 10 });
  expect(words.split("\n").map((line) => line.split(" ")[1])).toEqual([
    "one",
    "two",
    "three",
    "four",
    undefined,
  ]);
  expect(asked()[1]).toMatchObject({ sinceTime: "2026-05-12T08:00:01Z" });
  expect(asked()[1]).not.toHaveProperty("tailLines");
  expect(told.map(({ state, error }) => `${state} ${error?.code ?? ""}`.trim())).toEqual([
    "reading",
    "connecting kubernetes.truncated",
    "reading",
  ]);
});

test("a container that runs again is followed; one that will not ends the log", async () => {
  put({ waiting: { reason: "CrashLoopBackOff" } });
  answers.push(
    say("2026-05-12T08:00:00Z first run\n"),
    (_received, response) => {
      put(running);
      refuse(
        response,
        400,
        "BadRequest",
        'container "app" in pod "api-1" is waiting to start: CrashLoopBackOff',
      );
    },
    (received, response) => {
      put(ended, { restartPolicy: "OnFailure" });
      say("2026-05-12T08:01:00Z second run\n")(received, response);
    },
  );
  expect(await read()).toBe("2026-05-12T08:00:00Z first run\n2026-05-12T08:01:00Z second run\n");
  expect(told.map(({ state }) => state)).toContain("waiting");
});

test("a pod that was made anew under the same name is another one", async () => {
  put(running);
  answers.push((received, response) => {
    const made = pod("api-1");
    server.store.put("pods", { ...made, metadata: { ...made.metadata, uid: "uid-2" } });
    say("2026-05-12T08:00:00Z last words\n")(received, response);
  });
  expect(await read()).toBe("2026-05-12T08:00:00Z last words\n");
});

test("what cannot be mended is told at once, what may pass a few times", async () => {
  put(running);
  answers.push((_received, response) => refuse(response, 403, "Forbidden", "pods/log is forbidden"));
  await expect(read()).rejects.toMatchObject({ code: "kubernetes.forbidden" });
  for (let count = 0; count < 20; count++) {
    answers.push((_received, response) =>
      refuse(response, 500, "InternalError", "dial tcp: connection refused"),
    );
  }
  await expect(read()).rejects.toMatchObject({ code: "kubernetes.server-error" });
  expect(clock.waits).toEqual([500, 1000, 2000]);
  answers.unshift(say("2026-05-12T08:00:00Z one\n"));
  await expect(read()).rejects.toMatchObject({ code: "kubernetes.server-error" });
  expect(clock.waits).toHaveLength(3 + 1 + 10);
  expect(Math.max(...clock.waits)).toBe(30_000);
});

test("a web page in the place of a log is no log", async () => {
  put(running);
  answers.push((_received, response) => {
    response.writeHead(404, { "content-type": "text/html" });
    response.end("<!DOCTYPE html><html>not found</html>");
  });
  await expect(read({ follow: false })).rejects.toMatchObject({ code: "kubernetes.not-kubernetes" });
});

test("aborting ends it at once", async () => {
  put(running);
  answers.push((_received, response) => {
    response.writeHead(200, { "content-type": "text/plain" });
    response.write("2026-05-12T08:00:00Z one\n");
  });
  const stop = new AbortController();
  const reading = read({}, stop.signal);
  setTimeout(() => stop.abort(), 30);
  await expect(reading).rejects.toMatchObject({ name: "AbortError" });
});
