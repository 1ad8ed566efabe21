import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { TestApi } from "../testing/test-api.ts";

let api: TestApi;
afterEach(() => api.close());

const pods = "/api/v1/namespaces/shop/pods";
const ledger = `${pods}/ledger-0`;

describe("log", () => {
  it("says the same every time, and its end alone when asked", async () => {
    api = await TestApi.start();
    await api.settle(10_000);
    const all = (await api.ask(`${ledger}/log`)).text;
    expect((await api.ask(`${ledger}/log`)).text).toBe(all);
    const lines = all.split("\n");
    expect(lines.at(-1)).toBe("");
    expect((await api.ask(`${ledger}/log?tailLines=2`)).text).toBe(lines.slice(-3).join("\n"));
    expect((await api.ask(`${ledger}/log?tailLines=0`)).text).toBe("");
    expect((await api.ask(`${ledger}/log?limitBytes=7`)).text).toBe(all.slice(0, 7));
    const since = (await api.ask(`${ledger}/log?sinceSeconds=4&timestamps=true`)).text.trimEnd().split("\n");
    expect(since.length).toBeGreaterThan(0);
    for (const line of since) {
      expect(Date.parse(line.slice(0, line.indexOf(" ")))).toBeGreaterThanOrEqual(api.clock.now() - 4_000);
    }
  });

  it("is a hundred megabytes long where a container writes a lot, and goes out bit by bit", async () => {
    api = await TestApi.start();
    await api.settle(500);
    api.clock.advance(40 * 3_600_000);
    const [orders] = api.cluster.pods.all().filter((pod) => pod.metadata.labels?.app === "orders");
    const { text } = await api.ask(`${pods}/${orders?.metadata.name}/log`);
    expect(text.length).toBeGreaterThan(100_000_000);
  });

  it.each([
    ["?container=nothing", "is not valid for pod"],
    ["?tailLines=x", "invalid tailLines"],
    ["?sinceTime=x", "invalid sinceTime"],
    ["?previous=true", "previous terminated container"],
  ])("refuses %s", async (query, words) => {
    api = await TestApi.start();
    const refused = await api.ask(`${ledger}/log${query}`);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toContain(words);
  });
});

interface Said {
  output: string;
  error: string;
  result: string;
}

/** Listens to a command to its end. */
async function hear(socket: WebSocket, input: string | null = null): Promise<Said> {
  const said: Said = { output: "", error: "", result: "" };
  socket.on("message", (data: Buffer) => {
    const text = data.subarray(1).toString("utf8");
    if (data[0] === 1) said.output += text;
    else if (data[0] === 2) said.error += text;
    else if (data[0] === 3) said.result += text;
  });
  await once(socket, "open");
  if (input !== null) {
    socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(input)]));
    socket.send(Buffer.from([255, 0]));
  }
  await once(socket, "close");
  return said;
}

const command = (...words: string[]) => words.map((word) => `command=${encodeURIComponent(word)}`).join("&");

describe("exec", () => {
  it("runs a command, with its streams apart and its status at the end", async () => {
    api = await TestApi.start();
    const script = "hostname; echo wrong >&2; exit 7";
    const said = await hear(
      api.exec(`${ledger}/exec?stdout=true&stderr=true&${command("sh", "-c", script)}`),
    );
    expect(said).toMatchObject({ output: "ledger-0\n", error: "wrong\n" });
    expect(JSON.parse(said.result)).toMatchObject({
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: "7" }] },
    });
  });

  it("hands the input over until it is closed", async () => {
    api = await TestApi.start();
    const said = await hear(
      api.exec(`${ledger}/exec?stdin=true&stdout=true&${command("cat")}`),
      "one\ntwo\n",
    );
    expect(said.output).toBe("one\ntwo\n");
    expect(JSON.parse(said.result).status).toBe("Success");
  });

  it("keeps the quotes of what it is given", async () => {
    api = await TestApi.start();
    const said = await hear(api.exec(`${ledger}/exec?stdout=true&${command("echo", "a  b'c", "$HOME", "")}`));
    expect(said.output).toBe("a  b'c $HOME \n");
  });

  it("has a terminal, and ends when the pod does", async () => {
    api = await TestApi.start();
    const socket = api.exec(`${ledger}/exec?stdin=true&stdout=true&tty=true&${command("sh")}`);
    const heard = hear(socket);
    await once(socket, "open");
    socket.send(Buffer.from('\u0004{"Width":100,"Height":30}'));
    socket.send(Buffer.from("\u0000echo $((6*7))\r"));
    await new Promise<void>((resolve) => {
      let shown = "";
      socket.on("message", (data: Buffer) => {
        shown += data.subarray(1).toString("utf8");
        if (shown.includes("42\r\n")) resolve();
      });
    });
    await api.ask(`${ledger}?gracePeriodSeconds=0`, { method: "DELETE" });
    socket.send(Buffer.from("\u0000\r"));
    await heard;
    expect(api.cluster.pods.get("shop", "ledger-0")?.metadata.uid).toBeUndefined();
  });

  it.each([
    [`${pods}/nothing/exec?${command("ls")}`, "operator", 404],
    [`${ledger}/exec?container=x&${command("ls")}`, "operator", 400],
    [`${ledger}/exec`, "operator", 400],
    [`${ledger}/exec?${command("ls")}`, "viewer", 403],
    [`${ledger}/exec?${command("ls")}`, "wrong", 401],
    ["/api/v1/nodes/web-1/exec", "operator", 404],
  ])("refuses %s of %s: %i", async (path, as, status) => {
    api = await TestApi.start();
    const socket = api.exec(path, as);
    const refused = new Promise<number | undefined>((resolve) => {
      socket.once("unexpected-response", (_request, response) => {
        resolve(response.statusCode);
        response.resume();
      });
      socket.once("error", () => {});
    });
    expect(await refused).toBe(status);
    socket.terminate();
  });
});

describe("attach", () => {
  it("shows what a container writes from then on, and ends with its pod", async () => {
    api = await TestApi.start();
    const heard = hear(api.socket(`${ledger}/attach?stdout=true`, "v5.channel.k8s.io"));
    for (let turn = 0; turn < 20; turn += 1) {
      await api.settle(1_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await api.ask(`${ledger}?gracePeriodSeconds=0`, { method: "DELETE" });
    await api.settle(5_000);
    const said = await heard;
    expect(said.output).toMatch(/^(level=\w+ msg=.* app=ledger .*\n)+$/);
    expect(JSON.parse(said.result).status).toBe("Success");
  });

  it("is refused to who may not", async () => {
    api = await TestApi.start();
    const socket = api.socket(`${ledger}/attach?stdout=true`, "v5.channel.k8s.io", "viewer");
    socket.once("error", () => {});
    const [, response] = await once(socket, "unexpected-response");
    expect(response.statusCode).toBe(403);
    response.resume();
    socket.terminate();
  });
});
