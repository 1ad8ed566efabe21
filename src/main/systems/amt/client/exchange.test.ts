import { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { exchange } from "./exchange.ts";
import { StreamAgent } from "./stream-agent.ts";

const place = { name: "tower-a", address: "192.0.2.10", port: 16_993 } as Parameters<typeof exchange>[1];

/** A connection that answers the first bytes with these and then breaks, as TLS does when it cannot say farewell. */
function breakingAfter(answer: string): Duplex {
  const stream = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
      if (stream.readableLength === 0) stream.push(answer);
    },
  });
  stream.once("data", () => stream.destroy(new Error("write after end")));
  return stream;
}

function ask(answer: string) {
  const agent = new StreamAgent();
  agent.offer(breakingAfter(answer));
  const post = { body: "<a/>", authorization: null, signal: new AbortController().signal };
  return exchange(agent, place, post);
}

describe("exchange", () => {
  it("keeps an answer that was whole when its connection broke", async () => {
    const head = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest x\r\nConnection: close\r\n";
    const answer = await ask(`${head}Content-Length: 4\r\n\r\ngone`);
    expect(answer).toEqual({ status: 401, challenges: ["Digest x"], body: "gone" });
  });

  it("says that an answer broke off when some of it is missing", async () => {
    const answer = ask("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngone");
    await expect(answer).rejects.toMatchObject({ code: "amt.truncated" });
  });
});
