import type { ServerResponse } from "node:http";
import type { FaultName } from "../../../world/faults.ts";

const page = `<!DOCTYPE html>
<html><head><title>Log in to continue</title></head>
<body><h1>Network access</h1><form method="post" action="/login"><input name="user"></form></body></html>
`;
const hugeBytes = 10 * 1024 * 1024;
/** Milliseconds that an answer takes longer while all is slow. */
export const slowTime = 5_000;

/** Answers in the place of the API when a fault says so. Says whether it did. */
export function misbehave(response: ServerResponse, isInForce: (name: FaultName) => boolean): boolean {
  if (isInForce("proxmox-garbage")) {
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-length": page.length });
    response.end(page);
  } else if (isInForce("proxmox-huge")) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: [{ filling: "x".repeat(hugeBytes) }] }));
  } else if (isInForce("proxmox-truncated")) {
    response.writeHead(200, { "content-type": "application/json", "content-length": 1_000 });
    response.write('{"data":[{"id":"qemu/100","node":', () => response.destroy());
  } else return false;
  return true;
}
