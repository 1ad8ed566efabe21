import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lab, startLab } from "../../src/lab/process/start.ts";
import { silenceActions } from "../../src/main/systems/alertmanager/actions.ts";
import type { AlertmanagerApi } from "../../src/main/systems/alertmanager/api.ts";
import { AlertObserver } from "../../src/main/systems/alertmanager/observe.ts";
import {
  contextOf,
  FakeAlertmanager,
  resource,
} from "../../src/main/systems/alertmanager/testing/fake-alertmanager.ts";
import type { Declaration, Observation } from "../../src/shared/resource.ts";
import { alertmanagerSystemSchema } from "../../src/shared/systems/alertmanager.ts";
import { describeCounterpart, findCounterpart, findProgram } from "./counterpart.ts";
import { freePort } from "./free-port.ts";

const run = promisify(execFile);
const limit = 30_000;
const signal = () => AbortSignal.timeout(limit);
const node = resource("cluster/nodes/web-1.(b)", "node");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "passerelle-alertmanager-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describeCounterpart(
  "Alertmanager against our client",
  findCounterpart(["prometheus-alertmanager"], ["--version"], /version (\S+)/),
  () => {
    let server: ChildProcess;
    let port: number;
    let api: AlertmanagerApi;

    beforeAll(async () => {
      port = await freePort();
      const config = join(folder, "alertmanager.yml");
      await writeFile(config, "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n");
      server = spawn(
        findProgram("prometheus-alertmanager") ?? "",
        [
          `--config.file=${config}`,
          `--storage.path=${join(folder, "data")}`,
          `--web.listen-address=127.0.0.1:${port}`,
          "--cluster.listen-address=",
        ],
        { stdio: "ignore" },
      );
      api = FakeAlertmanager.apiAt(port);
      const end = Date.now() + limit;
      for (;;) {
        try {
          await api.status(signal());
          break;
        } catch (error) {
          if (Date.now() > end) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
      const alerts = ["web-1.(b)", "web-11"].map((name) => ({
        labels: { alertname: "InstanceDown", instance: `${name}:9100`, severity: "critical" },
        annotations: { summary: `${name} is down.` },
      }));
      const posted = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(alerts),
      });
      expect(posted.status).toBe(200);
    }, limit);
    afterAll(async () => {
      if (server.exitCode !== null) return;
      server.kill("SIGTERM");
      await once(server, "exit");
    });

    test("its alerts are read as resources", async () => {
      const observer = new AlertObserver({
        system: "alerts",
        name: "Alerts",
        site: null,
        environment: null,
        every: 30_000,
        api,
        now: Date.now,
      });
      let declared: Declaration[] = [];
      let seen: Observation[] = [];
      await observer.observe(
        {
          declare: (_system, declarations) => {
            declared = declarations;
          },
          redeclare: () => {},
          observe: (observations) => {
            seen = observations;
          },
        },
        signal(),
      );
      expect(declared.map(({ name }) => name).sort()).toEqual([
        "Alerts",
        "InstanceDown web-1.(b):9100",
        "InstanceDown web-11:9100",
      ]);
      const facts = seen.map((each) => ("facts" in each ? each.facts : {}));
      expect(facts[0]).toMatchObject({ "alertmanager.alerts": 2, "alertmanager.cluster": "disabled (0)" });
      expect(facts[0]?.["alertmanager.version"]).toMatch(/^\d+\.\d+/);
      expect(facts[1]).toMatchObject({ "alert.state": "active", "alert.severity": "critical" });
    });

    test(
      "the alerts of one node are silenced, longer, put back, and sound again",
      async () => {
        const { silence: templates } = alertmanagerSystemSchema.parse({
          type: "alertmanager",
          url: "http://x",
        });
        const [silence, expire] = silenceActions({ api, templates, site: null, now: Date.now });
        if (!silence || !expire) throw new Error("two actions were expected");
        const context = contextOf(node);
        const states = async () => {
          const { members } = await api.alerts(signal());
          return Object.fromEntries(members.map(({ labels, status }) => [labels.instance, status.state]));
        };
        const apply = async (duration: string) => {
          const input = silence.input.parse({ duration, comment: "a new fan" });
          const probe = await silence.probe(context, input);
          const applied = await silence.apply(context, input, probe);
          return { input, probe, applied, seen: await silence.verify(context, input, probe, applied) };
        };
        const first = await apply("1h");
        expect(first.seen.proven).toBe(true);
        expect(await states()).toEqual({ "web-1.(b):9100": "suppressed", "web-11:9100": "active" });
        expect((await silence.probe(context, first.input)).state).toBe("done");
        expect((await silence.settle(context, first.input, first.probe)).effect).toBe("happened");
        const longer = await apply("4h");
        expect(longer.applied.data).toEqual(first.applied.data);
        expect((await silence.undo?.(context, longer.input, longer.probe))?.proven).toBe(true);
        expect((await silence.undo?.(context, first.input, first.probe))?.proven).toBe(true);
        expect(await states()).toEqual({ "web-1.(b):9100": "active", "web-11:9100": "active" });
        await apply("1h");
        const probe = await expire.probe(context, {});
        const applied = await expire.apply(context, {}, probe);
        expect((await expire.verify(context, {}, probe, applied)).proven).toBe(true);
        expect((await expire.probe(context, {})).state).toBe("done");
        expect((await states())["web-1.(b):9100"]).toBe("active");
      },
      limit,
    );
  },
);

describeCounterpart(
  "amtool against the lab's Alertmanager",
  findCounterpart(["amtool"], ["--version"], /version (\S+)/),
  () => {
    let lab: Lab;
    let amtool: (...words: string[]) => Promise<string>;

    beforeAll(async () => {
      const template = new URL("../../resources/lab/atelier.yaml", import.meta.url);
      lab = await startLab({
        folder: join(folder, "lab"),
        speed: 20,
        seed: 1,
        hosts: 0,
        bouncePort: 0,
        template,
      });
      const password = await readFile(join(folder, "lab/secrets/alertmanager-password"), "utf8");
      const config = join(folder, "http.yml");
      await writeFile(
        config,
        `basic_auth:\n  username: ops\n  password: "${password}"\ntls_config:\n  ca_file: ${join(folder, "lab/keys/alertmanager-authority.crt")}\n`,
        { mode: 0o600 },
      );
      const place = [
        `--alertmanager.url=https://127.0.0.1:${lab.ports.get("alertmanager")}`,
        `--http.config.file=${config}`,
      ];
      amtool = async (...words) =>
        (await run(findProgram("amtool") ?? "", [...words, ...place], { timeout: limit })).stdout;
    }, limit);
    afterAll(() => lab?.close());

    test(
      "a dead machine is an alert, a silence suppresses it, and expired it sounds again",
      async () => {
        expect(await amtool("alert", "query", "--output=json", "alertname=InstanceDown")).toBe("[]\n");
        lab.world.inject(["machine-dead", "db-1"]);
        const query = () => amtool("alert", "query", "--output=json", "alertname=InstanceDown");
        expect(JSON.parse(await query())).toMatchObject([{ labels: { instance: "db-1:9100" } }]);
        const id = await amtool(
          ...[
            "silence",
            "add",
            "--author=operator-a",
            "--comment=a fan",
            "--duration=1h",
            "instance=~db-1.*",
          ],
        );
        expect(JSON.parse(await query())).toEqual([]);
        const listed = JSON.parse(await amtool("silence", "query", "--output=json"));
        expect(listed).toMatchObject([
          { id: id.trim(), createdBy: "operator-a", status: { state: "active" } },
        ]);
        await amtool("silence", "expire", id.trim());
        expect(JSON.parse(await query())).toHaveLength(1);
        expect(await amtool("config", "show")).toContain("receiver: operators");
      },
      limit,
    );
  },
);
