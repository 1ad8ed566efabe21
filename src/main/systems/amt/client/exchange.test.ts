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

/** A connection that answers the first bytes with these, and is closed in good order after them or left open. */
function answering(answer: string, closes: boolean): Duplex {
  let said = false;
  return new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
      if (said) return;
      said = true;
      this.push(Buffer.from(answer, "utf8"));
      if (closes) this.push(null);
    },
  });
}

function ask(answer: string, stream: Duplex = breakingAfter(answer)) {
  const agent = new StreamAgent();
  agent.offer(stream);
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

describe("the shapes that an answer comes in", () => {
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const sized = (size: number) => `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`;

  it.each([
    ["in chunks", `${chunked}2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n`, false],
    ["in chunks whose sizes are padded with zeros", `${chunked}0005\r\nhello\r\n0000\r\n\r\n`, false],
    ["in chunks with extensions", `${chunked}5;a=b;c="d"\r\nhello\r\n0;e\r\n\r\n`, false],
    ["in chunks with trailers", `${chunked}5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n`, false],
    ["in chunks of upper-case sizes", `${chunked}A\r\n     hello\r\n0\r\n\r\n`, false],
    ["with its length", `${sized(5)}hello`, false],
    ["after a byte order mark", `${sized(8)}\u{FEFF}hello`, false],
    ["after an interim answer", `HTTP/1.1 100 Continue\r\n\r\n${sized(5)}hello`, false],
    ["with line ends of its own in it", `${sized(7)}\nhello\n`, false],
    ["without a length, up to its end", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", true],
    ["as HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", true],
    ["as HTTP/1.0 with its length", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", false],
    ["without a reason phrase", "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello", false],
  ])("%s", async (_, answer, closes) => {
    const found = await ask(answer, answering(answer, closes));
    expect({ ...found, body: found.body.trim() }).toEqual({ status: 200, challenges: [], body: "hello" });
  });

  it.each([
    ["of no length", "Content-Length: 0\r\n", "", false],
    ["of some", "Content-Length: 3\r\n", "no!", false],
    ["up to the end", "Connection: close\r\n", "no!", true],
    ["that is not there", "Connection: close\r\n", "", true],
  ])("a challenge with a body %s", async (_, header, body, closes) => {
    const answer = `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest x\r\nwww-authenticate: Basic y\r\n${header}\r\n${body}`;
    expect(await ask(answer, answering(answer, closes))).toEqual({
      status: 401,
      challenges: ["Digest x", "Basic y"],
      body,
    });
  });

  it("an answer of nothing is empty, and is judged by who reads it", async () => {
    expect(await ask(sized(0), answering(sized(0), false))).toMatchObject({ status: 200, body: "" });
  });

  it.each([
    ["in chunks that end early", `${chunked}5\r\nhel`],
    ["in chunks without the last one", `${chunked}5\r\nhello\r\n`],
    ["shorter than its length", `${sized(9)}hello`],
  ])("%s is told as cut off", async (_, answer) => {
    await expect(ask(answer, answering(answer, true))).rejects.toMatchObject({ code: "amt.truncated" });
  });

  it("with bare line feeds between its headers is refused, for nobody can say what is a header then", async () => {
    const answer = "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello";
    await expect(ask(answer, answering(answer, true))).rejects.toMatchObject({ code: "amt.garbage" });
  });
});
