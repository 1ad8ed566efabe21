import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { MachineAccess } from "../src/main/systems/amt/machine-access.ts";
import { amtMachines } from "../src/main/systems/amt/machines.ts";
import { MachineObserver } from "../src/main/systems/amt/observe.ts";
import { powerCodes, readPower, requestPower } from "../src/main/systems/amt/power.ts";
import { configFor, dialLoopback, FakeSecrets } from "../src/main/systems/amt/testing/surroundings.ts";
import type { ObservationSink } from "../src/shared/resource.ts";
import { findProgram } from "../test/real/counterpart.ts";
import { alone, compared, type Row } from "./row.ts";
import { inFolder } from "./support/program.ts";
import { median } from "./support/timed-run.ts";

const machines = 200;
const dead = 10;
const atOnce = 64;
const rounds = 5;
const peerName = "curl --digest";

interface Crowd {
  /** Ports by identifier, the dead spread evenly among the living. */
  ports: Record<string, number>;
  /** One that lives. */
  one: string;
  /** Requests that came since it was last asked. */
  requests(): Promise<number>;
}

/**
 * Polls 200 AMTs of which ten are dead, and switches one on, against curl with as many processes side by side as we
 * have connections. The AMTs are our own fakes in a thread of their own: what is compared is the client.
 */
export default async function amt(): Promise<Row[]> {
  const worker = new Worker(new URL("./support/amt-crowd.ts", import.meta.url), {
    workerData: { living: machines - dead, dead },
  });
  try {
    const [told] = (await once(worker, "message")) as [{ living: number[]; dead: number[] }];
    const spacing = machines / dead;
    const order = Array.from({ length: machines }, (_, index) =>
      index % spacing === 0 ? told.dead[index / spacing] : told.living[index - Math.ceil(index / spacing)],
    );
    const ports = Object.fromEntries(order.map((port, index) => [`machine-${index}`, port ?? 0]));
    const crowd: Crowd = {
      ports,
      one: "machine-1",
      async requests() {
        worker.postMessage("count");
        const [count] = (await once(worker, "message")) as [number];
        return count;
      },
    };
    return await inFolder((folder) => measure(crowd, folder));
  } finally {
    await worker.terminate();
  }
}

async function measure(crowd: Crowd, folder: string): Promise<Row[]> {
  const access = new MachineAccess({
    system: "hands",
    machines: amtMachines(configFor(crowd.ports)),
    reach: { dial: dialLoopback },
    secrets: new FakeSecrets(),
    now: Date.now,
  });
  try {
    const ours = await pollOurs(access, crowd);
    const peer = await pollPeer(crowd, folder);
    const power = await switchOurs(access, crowd);
    const peerPower = await switchPeer(crowd, folder);
    const living = machines - dead;
    return [
      compared(
        `first poll of ${machines}, ${dead} dead: the living are read`,
        "ms",
        ours.first,
        median(peer.times),
        peerName,
      ),
      compared("next polls, the dead still hanging", "ms", median(ours.next), median(peer.times), peerName),
      compared(
        "requests for one poll of one machine",
        "",
        ours.requests / living,
        peer.requests / living,
        peerName,
      ),
      compared(
        "power on: looked at, asked, accepted",
        "ms",
        median(power.times),
        median(peerPower.times),
        peerName,
      ),
      compared("requests for it", "", power.requests, peerPower.requests, peerName),
      alone("next polls: longest of them", "ms", Math.max(...ours.next)),
    ];
  } finally {
    access.close();
  }
}

/** Polls as the console does, by routine; a round is over when every living machine was reported anew. */
async function pollOurs(access: MachineAccess, crowd: Crowd) {
  const observer = new MachineObserver(access);
  const ids = Object.keys(crowd.ports);
  const ending = new AbortController();
  const under: Promise<void>[] = [];
  const round = async () => {
    const seen = new Set<string>();
    const startedAt = performance.now();
    await new Promise<void>((resolve) => {
      const sink: ObservationSink = {
        declare: () => undefined,
        redeclare: () => undefined,
        observe(observations) {
          for (const each of observations) if (!("error" in each)) seen.add(each.resource);
          if (seen.size === machines - dead) resolve();
        },
      };
      under.push(observer.observe(sink, ending.signal, ids, false));
    });
    return performance.now() - startedAt;
  };
  try {
    const first = await round();
    // The inventories and event logs that follow a first reading.
    await observer.settled();
    await crowd.requests();
    const next: number[] = [];
    for (let count = 0; count < rounds; count++) next.push(await round());
    return { first, next, requests: (await crowd.requests()) / rounds };
  } finally {
    ending.abort();
    await Promise.all(under);
    await observer.close();
  }
}

async function pollPeer(crowd: Crowd, folder: string) {
  const configuration = curlConfiguration(folder, "poll", powerReading);
  await crowd.requests();
  const times: number[] = [];
  for (let count = 0; count < rounds; count++) {
    const startedAt = performance.now();
    const words = ["-P", String(atOnce), "-I{}", curl(), "-K", configuration, "http://127.0.0.1:{}/wsman"];
    // A group of its own, so that the curls that hang on the dead end with it.
    const child = spawn("xargs", words, { stdio: ["pipe", "pipe", "inherit"], detached: true });
    const gone = once(child, "close");
    child.stdin.end(Object.values(crowd.ports).join("\n"));
    let answered = 0;
    await new Promise<void>((resolve, reject) => {
      child.stdout.setEncoding("latin1").on("data", (words: string) => {
        answered += words.split("200").length - 1;
        if (answered === machines - dead) resolve();
      });
      gone.then(() => reject(new Error(`curl read ${answered} machines`)));
    });
    times.push(performance.now() - startedAt);
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    await gone;
  }
  return { times, requests: (await crowd.requests()) / rounds };
}

async function switchOurs(access: MachineAccess, crowd: Crowd) {
  const client = access.client(crowd.one);
  const signal = AbortSignal.timeout(60_000);
  await readPower(client, { signal });
  await crowd.requests();
  const times: number[] = [];
  for (let count = 0; count < rounds * 4; count++) {
    const startedAt = performance.now();
    await readPower(client, { signal });
    const { returnValue } = await requestPower(client, powerCodes.on, { signal, sending: () => undefined });
    if (returnValue !== 0) throw new Error(`power was refused: ${returnValue}`);
    times.push(performance.now() - startedAt);
  }
  return { times, requests: (await crowd.requests()) / times.length };
}

async function switchPeer(crowd: Crowd, folder: string) {
  const url = `http://127.0.0.1:${crowd.ports[crowd.one]}/wsman`;
  const configurations = [
    curlConfiguration(folder, "look", powerReading),
    curlConfiguration(folder, "switch", powerRequest),
  ];
  await crowd.requests();
  const times: number[] = [];
  for (let count = 0; count < rounds * 4; count++) {
    const startedAt = performance.now();
    for (const configuration of configurations) {
      const child = spawn(curl(), ["-K", configuration, url], { stdio: ["ignore", "ignore", "inherit"] });
      const [code] = (await once(child, "close")) as [number | null];
      if (code !== 0) throw new Error(`curl ended with ${code}`);
    }
    times.push(performance.now() - startedAt);
  }
  return { times, requests: (await crowd.requests()) / times.length };
}

function curl(): string {
  const found = findProgram("curl");
  if (found === null) throw new Error("curl, which this measures against, is not installed");
  return found;
}

const schema = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2";
const powerReading = soap(
  "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
  "CIM_AssociatedPowerManagementService",
  "",
);
const powerRequest = soap(
  `${schema}/CIM_PowerManagementService/RequestPowerStateChange`,
  "CIM_PowerManagementService",
  `<r:RequestPowerStateChange_INPUT xmlns:r="${schema}/CIM_PowerManagementService"><r:PowerState>2</r:PowerState></r:RequestPowerStateChange_INPUT>`,
);

function soap(action: string, className: string, body: string): string {
  return (
    '<?xml version="1.0"?><Envelope xmlns="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
    `xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><Header><a:Action>${action}</a:Action><a:To>/wsman</a:To>` +
    `<w:ResourceURI>${schema}/${className}</w:ResourceURI><a:MessageID>1</a:MessageID></Header><Body>${body}</Body></Envelope>`
  );
}

/** A file for `curl -K`: log-in, body and what is printed. */
function curlConfiguration(folder: string, name: string, body: string): string {
  const bodyFile = join(folder, `${name}.xml`);
  writeFileSync(bodyFile, body);
  const path = join(folder, `${name}.curl`);
  writeFileSync(
    path,
    [
      "silent",
      "digest",
      'user = "admin:Secret-1"',
      "max-time = 35",
      `output = "/dev/null"`,
      `write-out = "%{http_code}\\n"`,
      'header = "Content-Type: application/soap+xml; charset=utf-8"',
      `data-binary = "@${bodyFile}"`,
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  return path;
}

if (import.meta.main) console.table(await amt());
