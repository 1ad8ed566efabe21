import type { en } from "../en/index.ts";
import type { Translation } from "../translation.ts";
import { actions } from "./actions.ts";
import { allowlist } from "./allowlist.ts";
import { backups } from "./backups.ts";
import { capacity } from "./capacity.ts";
import { certificates } from "./certificates.ts";
import { common } from "./common.ts";
import { compare } from "./compare.ts";
import { drain } from "./drain.ts";
import { estate } from "./estate.ts";
import { findings } from "./findings.ts";
import { forwards } from "./forwards.ts";
import { frame } from "./frame.ts";
import { hands } from "./hands.ts";
import { journal } from "./journal.ts";
import { list } from "./list.ts";
import { logs } from "./logs.ts";
import { manifest } from "./manifest.ts";
import { overview } from "./overview.ts";
import { palette } from "./palette.ts";
import { people } from "./people.ts";
import { pra } from "./pra.ts";
import { procedures } from "./procedures.ts";
import { questions } from "./questions.ts";
import { resource } from "./resource.ts";
import { run } from "./run.ts";
import { runs } from "./runs.ts";
import { secrets } from "./secrets.ts";
import { tasks } from "./tasks.ts";
import { terminal } from "./terminal.ts";
import { topology } from "./topology.ts";
import { vaultSecrets } from "./vault-secrets.ts";
import { vaults } from "./vaults.ts";

/** Every French text; a key that English has and French lacks fails the type check. */
export const fr: Translation<typeof en> = {
  actions,
  allowlist,
  backups,
  capacity,
  certificates,
  common,
  compare,
  drain,
  estate,
  findings,
  forwards,
  frame,
  hands,
  journal,
  list,
  logs,
  manifest,
  overview,
  palette,
  people,
  pra,
  procedures,
  questions,
  resource,
  run,
  runs,
  secrets,
  tasks,
  terminal,
  topology,
  vaultSecrets,
  vaults,
};
