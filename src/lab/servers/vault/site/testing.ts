import { request } from "node:https";

/** One request below `/v1/` to a node on loopback over TLS. */
export function askOverTls(asked: {
  port: number;
  authority: string;
  method: string;
  path: string;
  body: object;
  token: string;
}): Promise<{ status: number; json: Record<string, unknown> }> {
  const { port, authority, method, path, body, token } = asked;
  const isList = method === "LIST";
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        host: "127.0.0.1",
        method: isList ? "GET" : method,
        path: `/v1/${path}${isList ? "?list=true" : ""}`,
        ca: authority,
        agent: false,
        headers: token ? { "x-vault-token": token } : {},
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.once("error", reject);
        incoming.once("end", () => {
          const words = Buffer.concat(chunks).toString("utf8");
          resolve({ status: incoming.statusCode ?? 0, json: words ? JSON.parse(words) : {} });
        });
      },
    );
    sent.once("error", reject);
    sent.end(method === "GET" || isList ? undefined : JSON.stringify(body));
  });
}
