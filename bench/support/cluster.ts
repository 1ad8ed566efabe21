import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { startProgram } from "../../e2e/support/programs.ts";
import { RealApiServer } from "../../test/real/kubernetes/api-server.ts";

const sides = 32;

/** A cluster to be measured at: where its API server is, and who may do everything there. */
export interface Cluster {
  name: string;
  kubeconfig: string;
  server: string;
  login: { token?: string; cert?: Buffer; key?: Buffer };
  stop(): Promise<void>;
}

/** The lab's cluster with further pods, in a process of its own. */
export async function labCluster(folder: string, pods: number): Promise<Cluster & { estate: string }> {
  const words = ["start", "--with-parent", "--sites", "atelier", "--folder", join(folder, "lab")];
  const lab = await startProgram("lab.js", [...words, "--pods", String(pods)], folder);
  const kubeconfig = join(folder, "lab", "kubeconfig");
  const { estate } = z.object({ estate: z.string() }).parse(JSON.parse(lab.firstLine));
  return { name: "the lab", kubeconfig, ...accessIn(kubeconfig), estate, stop: () => lab.stop() };
}

/** A real API server with etcd, filled with as many pods on nodes that nobody plays the kubelet of. */
export async function realCluster(pods: number): Promise<Cluster> {
  const real = await RealApiServer.start();
  const { kubeconfig, server, token } = real;
  const login = { token };
  const cluster = { name: "kube-apiserver 1.20.2", kubeconfig, server, login, stop: () => real.stop() };
  try {
    const nodes = Math.ceil(pods / 200);
    for (let node = 0; node < nodes; node++) await put(cluster, "/api/v1/nodes", nodeOf(`crowd-${node}`));
    await fill(cluster, pods, (index) => podOf(`crowd-${index}`, `crowd-${index % nodes}`));
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** A node with so many pods that end as soon as they are evicted. */
export async function nodeWithPods(cluster: Cluster, node: string, pods: number): Promise<void> {
  await put(cluster, "/api/v1/nodes", nodeOf(node));
  await fill(cluster, pods, (index) => podOf(`${node}-pod-${index}`, node));
}

/** The paths of 500 pods of it. */
export async function podPaths(cluster: Cluster): Promise<string[]> {
  const listed = z
    .object({ items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string() }) })) })
    .parse(await say(cluster, "GET", "/api/v1/pods?limit=500"));
  return listed.items.map(({ metadata }) => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`);
}

/** One request to the API server; throws when it is refused. */
export async function say(
  cluster: Cluster,
  method: string,
  path: string,
  body?: { type: string; value: unknown },
): Promise<unknown> {
  const words = body && JSON.stringify(body.value);
  return new Promise<unknown>((resolve, reject) => {
    const asked = request(
      `${cluster.server}${path}`,
      {
        method,
        agent,
        cert: cluster.login.cert,
        key: cluster.login.key,
        headers: {
          ...(cluster.login.token && { authorization: `Bearer ${cluster.login.token}` }),
          ...(body && { "content-type": body.type, "content-length": Buffer.byteLength(words ?? "") }),
        },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        response.once("end", () => {
          if ((response.statusCode ?? 500) < 300) resolve(JSON.parse(text));
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
        });
        response.once("error", reject);
      },
    );
    asked.once("error", (error) => {
      // A server may hang up on an idle connection just as it is used again.
      if (asked.reusedSocket && "code" in error && error.code === "ECONNRESET") {
        say(cluster, method, path, body).then(resolve, reject);
      } else reject(error);
    });
    asked.end(words);
  });
}

/** The servers are our own, on loopback, with certificates that they drew at their start. */
const agent = new Agent({ keepAlive: true, maxSockets: sides, rejectUnauthorized: false });

function put(cluster: Cluster, path: string, value: unknown): Promise<unknown> {
  return say(cluster, "POST", path, { type: "application/json", value });
}

async function fill(cluster: Cluster, count: number, pod: (index: number) => unknown): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) {
      await put(cluster, "/api/v1/namespaces/default/pods", pod(index));
    }
  };
  await Promise.all(Array.from({ length: sides }, lane));
}

function nodeOf(name: string) {
  return { apiVersion: "v1", kind: "Node", metadata: { name } };
}

function podOf(name: string, nodeName: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "crowd", "part-of": "measurement" } },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 0,
      tolerations: [{ operator: "Exists" }],
      containers: [
        {
          name: "main",
          image: "registry.atelier.example/crowd:1",
          env: [{ name: "PLACE", value: name }],
          resources: { requests: { cpu: "10m", memory: "16Mi" } },
        },
      ],
    },
  };
}

const kubeconfigSchema = z.object({
  clusters: z.array(z.object({ cluster: z.object({ server: z.string() }) })),
  users: z.array(
    z.object({
      user: z.object({ "client-certificate-data": z.base64(), "client-key-data": z.base64() }).partial(),
    }),
  ),
});

/** The administrator's log-in in the lab's kubeconfig is a certificate. */
function accessIn(file: string): Pick<Cluster, "server" | "login"> {
  const config = kubeconfigSchema.parse(parse(readFileSync(file, "utf8")));
  const server = config.clusters[0]?.cluster.server;
  const user = config.users.find((each) => each.user["client-key-data"])?.user;
  const cert = user?.["client-certificate-data"];
  const key = user?.["client-key-data"];
  if (!server || !cert || !key)
    throw new Error("the kubeconfig of the lab names no server or no certificate");
  return { server, login: { cert: Buffer.from(cert, "base64"), key: Buffer.from(key, "base64") } };
}
