import { connect, type Socket } from "node:net";
import { connect as connectSecurely } from "node:tls";
import { der, elements, inside } from "../crypto/der.ts";

const deadline = 10_000;
const mostBytes = 64 * 1024;

/** Tries a simple bind (RFC 4511, 4.2): whether the directory accepts the name and the password. Throws when it does not answer. */
export async function simpleBind(url: string, name: string, password: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(url);
  const isSecure = protocol === "ldaps:";
  const place = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (isSecure ? 636 : 389) };
  const socket = isSecure ? connectSecurely({ ...place, rejectUnauthorized: false }) : connect(place);
  try {
    return resultOf(await exchange(socket, bindRequest(name, password))) === 0;
  } finally {
    socket.destroy();
  }
}

function bindRequest(name: string, password: string): Buffer {
  const version = Buffer.from([0x02, 0x01, 0x03]);
  const request = der(0x60, version, der(0x04, Buffer.from(name)), der(0x80, Buffer.from(password)));
  return der(0x30, Buffer.from([0x02, 0x01, 0x01]), request);
}

/** The result code of a bind response. */
function resultOf(answer: Buffer): number {
  const [, response] = inside(answer);
  if (response?.tag !== 0x61) throw new Error("the directory does not speak LDAP");
  return elements(response.content)[0]?.content[0] ?? 1;
}

function exchange(socket: Socket, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0);
    socket.setTimeout(deadline, () => socket.destroy(new Error("the directory does not answer")));
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the directory closed the connection")));
    socket.on("data", (chunk) => {
      heard = Buffer.concat([heard, Buffer.from(chunk)]);
      if (heard.length > mostBytes) socket.destroy(new Error("the directory says too much"));
      try {
        elements(heard);
        resolve(heard);
      } catch {
        // More is to come.
      }
    });
    socket.write(request);
  });
}
