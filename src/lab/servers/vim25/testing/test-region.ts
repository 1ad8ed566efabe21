import { mkdtemp, readFile, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scaledClock, type WorldClock } from "../../../world/clock.ts";
import { World } from "../../../world/world.ts";
import { LabNetwork } from "../../network.ts";
import { vcenterUser } from "../credentials.ts";
import { startVim25 } from "../index.ts";
import { escapeXml } from "../soap/values.ts";

/** What a vCenter answered. */
export interface Answer {
  status: number;
  body: string;
  cookie: string | null;
}

/** The lab's vCenters alone, for tests; without a clock of the test's own, theirs runs 400 times as fast as the wall's. */
export async function openRegions(
  clock: WorldClock = scaledClock(400, Date.UTC(2025, 0, 6, 8)),
  extraGuests = 0,
) {
  const folder = await mkdtemp(join(tmpdir(), "lab-vim25-"));
  const world = new World({ seed: 7, clock, sites: "all", extraGuests });
  const failures: unknown[] = [];
  const network = new LabNetwork();
  const servers = await startVim25(
    { world, network, folder, onFailure: (error) => failures.push(error) },
    new Map(),
  );
  const port = servers.ports.get("vcenter east") ?? 0;
  const password = await readFile(join(folder, "secrets/vcenter-password"), "utf8");
  let cookie = "";

  /** Posts an envelope around a call; rejects when the connection breaks. */
  const call = async (
    method: string,
    on: string,
    parameters = "",
    signal: AbortSignal = AbortSignal.timeout(10_000),
  ): Promise<Answer> => {
    const [type = "", id = type] = on.split(":");
    const body = `<?xml version="1.0"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Body><${method} xmlns="urn:vim25"><_this type="${type}">${id}</_this>${parameters}</${method}></Body></Envelope>`;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(
        {
          ...{ host: "127.0.0.1", port, path: "/sdk", method: "POST", agent: false, signal },
          rejectUnauthorized: false,
          headers: { "content-type": "text/xml; charset=utf-8", soapaction: "urn:vim25/8.0.2.0", cookie },
        },
        resolve,
      );
      sent.once("error", reject);
      sent.end(body);
    });
    response.setEncoding("utf8");
    let said = "";
    for await (const piece of response) said += piece;
    return {
      status: response.statusCode ?? 0,
      body: said,
      cookie: response.headers["set-cookie"]?.[0]?.split(";")[0] ?? null,
    };
  };

  const logIn = async (user = vcenterUser, secret = password) => {
    const answer = await call(
      "Login",
      "SessionManager",
      `<userName>${escapeXml(user)}</userName><password>${escapeXml(secret)}</password>`,
    );
    cookie = answer.cookie ?? cookie;
    return answer;
  };

  return {
    world,
    network,
    port,
    otherPort: servers.ports.get("vcenter north") ?? 0,
    password,
    pin: servers.pins?.get("vcenter-east") ?? "",
    failures,
    call,
    logIn,
    close: async () => {
      await servers.close();
      world.close();
      await rm(folder, { recursive: true });
    },
  };
}
