import { readFileSync } from "node:fs";
import { request } from "node:https";
import { z } from "zod";
import type { SliceLab } from "./lab.ts";

const answerSchema = z.object({
  data: z.array(
    z.object({
      /** The node that it runs on. */
      node: z.string(),
      type: z.string(),
      /** What it is about: the number of a guest mostly. */
      id: z.string(),
      /** Left out while it runs. */
      endtime: z.number().optional(),
    }),
  ),
});
type ProxmoxTask = z.infer<typeof answerSchema>["data"][number];

/** The tasks of the lab's three-node cluster as it tells them itself, without a console in between. */
export async function tasksOfForge(lab: SliceLab): Promise<ProxmoxTask[]> {
  const { ports } = await lab.control.status();
  const token = readFileSync(lab.path("lab", "secrets", "proxmox-forge-token"), "utf8").trim();
  const words = await new Promise<string>((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port: ports["proxmox forge-2"],
        path: "/api2/json/cluster/tasks",
        agent: false,
        // The console is what compares certificates here.
        rejectUnauthorized: false,
        headers: { authorization: `PVEAPIToken=ops@pve!passerelle=${token}` },
        signal: AbortSignal.timeout(10_000),
      },
      (response) => {
        let said = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          said += piece;
        });
        response.once("end", () => resolve(said)).once("error", reject);
      },
    );
    sent.once("error", reject);
    sent.end();
  });
  return answerSchema.parse(JSON.parse(words)).data;
}
