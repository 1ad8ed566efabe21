import type { Endpoint } from "./login.ts";
import { serverInvalid } from "./login-faults.ts";

const loopbackNames = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
const usualPorts: Record<string, number> = { "https:": 443, "http:": 80 };

/**
 * The place that a kubeconfig's `server` names. Plain HTTP is for loopback, here or on the hop, where `kubectl proxy`
 * and the like listen; anywhere else it would show the log-in to the network. Throws `kubernetes.server-invalid`.
 */
export function serverPlace(
  cluster: string,
  server: string,
): Pick<Endpoint, "cluster" | "address" | "port" | "path"> & { secure: boolean } {
  if (!URL.canParse(server)) throw serverInvalid(cluster);
  const url = new URL(server);
  const usual = usualPorts[url.protocol];
  const secure = url.protocol === "https:";
  const clean = url.username === "" && url.search === "" && url.hash === "" && url.hostname !== "";
  if (usual === undefined || !clean || !(secure || loopbackNames.test(url.hostname))) {
    throw serverInvalid(cluster);
  }
  return {
    cluster,
    address: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? usual : Number(url.port),
    path: url.pathname.replace(/\/+$/, ""),
    secure,
  };
}
