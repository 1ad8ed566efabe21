import { afterEach, beforeEach, expect, test } from "vitest";
import type { WebSocket } from "ws";
import type { OpsError } from "../../../../shared/errors.ts";
import type { ShellSession } from "../../system.ts";
import { answerInstead, FakeStreams } from "../testing/fake-streams.ts";
import { quiet, until } from "../testing/surroundings.ts";
import { openExecShell } from "./exec-shell.ts";

let server: FakeStreams;
beforeEach(async () => {
  server = await FakeStreams.start();
});
afterEach(() => server.close());

const place = { namespace: "shop", pod: "api-1", container: "app" };
const status = (value: object) => Buffer.concat([Buffer.from([3]), Buffer.from(JSON.stringify(value))]);
const output = (words: string) => Buffer.concat([Buffer.from([1]), Buffer.from(words)]);

async function opened(signal = quiet): Promise<{
  shell: ShellSession;
  words: () => string;
  end: Promise<{ exitCode: number | null; error: Error | null }>;
}> {
  const shell = await openExecShell(server.access, place, { columns: 80, rows: 24 }, signal);
  let words = "";
  shell.onData((bytes) => {
    words += Buffer.from(bytes).toString();
  });
  const end = new Promise<{ exitCode: number | null; error: Error | null }>((resolve) =>
    shell.onEnd(resolve),
  );
  return { shell, words: () => words, end };
}

test("asks for a terminal in the container, tells its size and what is typed, shows what comes", async () => {
  const heard: string[] = [];
  server.serve = (socket) => {
    socket.send(output("prompt$ "));
    socket.on("message", (data: Buffer) => heard.push(`${data[0]} ${data.subarray(1)}`));
  };
  const { shell, words } = await opened();
  expect(words()).toBe("");
  shell.resume();
  await until(() => words() === "prompt$ ");
  shell.write("ls é\r");
  shell.resize(132, 43);
  await until(() => heard.length === 3);
  expect(heard).toEqual(['4 {"Width":80,"Height":24}', "0 ls é\r", '4 {"Width":132,"Height":43}']);
  const url = new URL(server.requests[0]?.url ?? "", "http://api.example");
  expect(url.pathname).toBe("/api/v1/namespaces/shop/pods/api-1/exec");
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    container: "app",
    stdin: "true",
    stdout: "true",
    tty: "true",
  });
  expect(url.searchParams.getAll("command")[0]).toBe("/bin/sh");
  expect(server.requests[0]?.headers).toMatchObject({
    authorization: "Bearer token-1",
    "sec-websocket-protocol": "v5.channel.k8s.io,v4.channel.k8s.io",
  });
  shell.close();
});

const failure = { status: "Failure", reason: "NonZeroExitCode" };
test.each([
  [{ status: "Success" }, 0, null],
  [{ ...failure, details: { causes: [{ reason: "ExitCode", message: "137" }] } }, 137, null],
  [
    { status: "Failure", reason: "InternalError", message: "no such\u001b[31m file" },
    null,
    "kubernetes.shell-failed",
  ],
  [{ ...failure, details: { causes: "none" } }, null, "kubernetes.shell-failed"],
])("hears by %j how it ended", async (told, exitCode, code) => {
  server.serve = (socket) => socket.send(status(told));
  const { shell, end } = await opened();
  shell.resume();
  const { exitCode: heard, error } = await end;
  expect(heard).toBe(exitCode);
  expect((error as OpsError | null)?.code ?? null).toBe(code);
  expect(error?.message ?? "").not.toContain("\u001b");
});

test.each<[string, (socket: WebSocket) => void, string]>([
  ["a node that dies", (socket) => socket.terminate(), "kubernetes.stream-broken"],
  ["a farewell without a status", (socket) => socket.close(), "kubernetes.stream-broken"],
  ["a channel that there is not", (socket) => socket.send(Buffer.from([9, 1])), "kubernetes.stream-garbage"],
  [
    "a last word that is no status",
    (socket) => socket.send(Buffer.from([3, 60, 62])),
    "kubernetes.shell-failed",
  ],
  [
    "a message without end",
    (socket) => socket.send(Buffer.alloc(5 * 1024 * 1024, 1)),
    "kubernetes.stream-broken",
  ],
])("%s ends it in words", async (_what, act, code) => {
  server.serve = act;
  const { shell, end } = await opened();
  shell.resume();
  expect(await end).toMatchObject({ exitCode: null, error: { code } });
});

test("closing it tells the shell that nothing more is typed, and is no error", async () => {
  const heard: number[][] = [];
  let gone = false;
  server.serve = (socket) => {
    socket.on("message", (data: Buffer) => heard.push([...data]));
    socket.once("close", () => {
      gone = true;
    });
  };
  const { shell, end } = await opened();
  shell.close();
  expect(await end).toEqual({ exitCode: null, error: null });
  await until(() => gone);
  expect(heard.at(-1)).toEqual([0, 4]);
});

const refusal = (code: number, message: string) =>
  JSON.stringify({ kind: "Status", status: "Failure", code, message, reason: "x" });
test.each([
  [403, "application/json", refusal(403, 'cannot get resource "pods/exec"'), "kubernetes.forbidden"],
  [404, "application/json", refusal(404, 'pods "api-1" not found'), "kubernetes.not-found"],
  [500, "application/json", refusal(500, "container not running"), "kubernetes.server-error"],
  [502, "text/html", "<html>bad gateway</html>", "kubernetes.not-kubernetes"],
  [200, "text/plain", "", "kubernetes.stream-refused"],
  [503, "text/plain", "no", "kubernetes.stream-refused"],
])("an answer %i of %s in its place is told", async (code, type, body, expected) => {
  server.refuse = (_request, stream) => answerInstead(stream, code, type, body);
  await expect(opened()).rejects.toMatchObject({ code: expected });
});

test("a log-in that ran out is fetched anew, once", async () => {
  server.refuse = (request, stream) =>
    request.headers.authorization === "Bearer token-1" &&
    answerInstead(stream, 401, "application/json", refusal(401, "x"));
  const { shell } = await opened();
  expect(server.logins).toBe(2);
  shell.close();
  server.refuse = (_request, stream) => answerInstead(stream, 401, "application/json", refusal(401, "x"));
  await expect(opened()).rejects.toMatchObject({ code: "kubernetes.log-in-refused" });
  expect(server.logins).toBe(3);
});

test("a server that never answers is given up when the signal says so", async () => {
  server.refuse = () => true;
  const stop = new AbortController();
  const opening = opened(stop.signal);
  await until(() => server.requests.length === 1);
  stop.abort();
  await expect(opening).rejects.toMatchObject({ code: "general.cancelled" });
});
