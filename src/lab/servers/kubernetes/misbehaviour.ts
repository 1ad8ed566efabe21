import type { ServerResponse } from "node:http";
import { Failure } from "./api/failure.ts";
import type { Cluster } from "./cluster/cluster.ts";

const page = `<!DOCTYPE html>
<html><head><title>Log in to continue</title></head>
<body><h1>Network access</h1><form method="post" action="/login"><input name="user"><input name="password" type="password"></form></body></html>
`;
const hugeBytes = 10 * 1024 * 1024;

/**
 * Answers in the place of the API when a fault says so: a page of a proxy, a refusal that asks to come again, an object
 * of ten megabytes, JSON that breaks off. Says whether it did.
 */
export function misbehave(cluster: Cluster, response: ServerResponse): boolean {
  if (cluster.fault("kube-html")) {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-length": page.length });
    response.end(page);
  } else if (cluster.fault("kube-busy")) {
    const busy = new Failure(
      429,
      "TooManyRequests",
      "The server has received too many requests and has asked us to try again later",
      { retryAfterSeconds: 1 },
    );
    response.writeHead(429, { "content-type": "application/json", "retry-after": "1" });
    response.end(JSON.stringify(busy.body()));
  } else if (cluster.fault("kube-huge")) {
    const metadata = { name: "huge", namespace: "default", uid: "", resourceVersion: "1" };
    const huge = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { filling: "x".repeat(hugeBytes) } };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(huge));
  } else if (cluster.fault("kube-truncated")) {
    response.writeHead(200, { "content-type": "application/json", "content-length": 1_000 });
    response.write('{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"na', () => response.destroy());
  } else return false;
  return true;
}
