import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { TestApi } from "../testing/test-api.ts";

let api: TestApi;
afterEach(() => api.close());

const pods = "/api/v1/namespaces/shop/pods";

async function storefront(): Promise<string> {
  const found = api.cluster.pods.all().find((pod) => pod.metadata.labels?.app === "storefront");
  return `${pods}/${found?.metadata.name}`;
}

/** What comes over each channel of a forward until it is closed. */
async function talk(path: string, port: number, said: string): Promise<Record<number, string>> {
  const socket = api.socket(`${path}/portforward?ports=${port}`, "v4.channel.k8s.io");
  const heard: Record<number, Buffer[]> = {};
  socket.on("message", (data: Buffer) => {
    const channel = data[0] ?? -1;
    heard[channel] = [...(heard[channel] ?? []), data.subarray(1)];
  });
  await once(socket, "open");
  socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(said)]));
  await once(socket, "close");
  return Object.fromEntries(
    Object.entries(heard).map(([channel, parts]) => {
      const bytes = Buffer.concat(parts);
      expect(bytes.readUInt16LE(0)).toBe(port);
      return [channel, bytes.subarray(2).toString("utf8")];
    }),
  );
}

it("leads to the page of the pod, and ends when the pod hangs up", async () => {
  api = await TestApi.start();
  const path = await storefront();
  const request = "GET / HTTP/1.1\r\nHost: pod.example\r\nConnection: close\r\n\r\n";
  const heard = await talk(path, 8080, request);
  expect(heard[0]).toContain("HTTP/1.1 200 OK");
  expect(heard[0]).toContain(`<h1>${path.split("/").at(-1)}</h1>`);
  expect(heard[1]).toBe("");
});

it("says on the channel for errors that nothing listens", async () => {
  api = await TestApi.start();
  const heard = await talk(await storefront(), 81, "");
  expect(heard[0]).toBe("");
  expect(heard[1]).toContain("dial tcp4 127.0.0.1:81: connect: connection refused");
});

it("ends with its pod", async () => {
  api = await TestApi.start();
  const path = await storefront();
  const socket = api.socket(`${path}/portforward?ports=8080`, "v4.channel.k8s.io");
  await once(socket, "open");
  const closed = once(socket, "close");
  await api.ask(`${path}?gracePeriodSeconds=0`, { method: "DELETE" });
  await closed;
});

it.each([
  ["a pod that is not there", `${pods}/nothing/portforward?ports=80`, "v4.channel.k8s.io", "operator", 404],
  ["no port", `${pods}/ledger-0/portforward`, "v4.channel.k8s.io", "operator", 400],
  [
    "a port beyond all ports",
    `${pods}/ledger-0/portforward?ports=70000`,
    "v4.channel.k8s.io",
    "operator",
    400,
  ],
  ["another protocol", `${pods}/ledger-0/portforward?ports=80`, "chat", "operator", 400],
  ["who may not", `${pods}/ledger-0/portforward?ports=80`, "v4.channel.k8s.io", "viewer", 403],
])("refuses %s", async (_what, path, protocol, as, status) => {
  api = await TestApi.start();
  const socket = api.socket(path, protocol, as);
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

it("does not reach a pod whose node is away", async () => {
  api = await TestApi.start();
  const node = api.cluster.pods.get("shop", "ledger-0")?.spec.nodeName ?? "";
  api.world.inject(["link-cut", node]);
  const socket = api.socket(`${pods}/ledger-0/portforward?ports=5432`, "v4.channel.k8s.io");
  socket.once("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  expect(response.statusCode).toBe(500);
  response.resume();
  socket.terminate();
});
