import type { About } from "../../shared/about.ts";
import type { ActionOffer } from "../../shared/action.ts";
import type { Estate } from "../../shared/estate.ts";
import type { EstateState } from "../../shared/estate-state.ts";
import type { Overview } from "../../shared/overview.ts";
import type { Plan } from "../../shared/plan.ts";
import type { PlanRights } from "../../shared/procedure-calls.ts";
import type { Resource } from "../../shared/resource.ts";
import type { ActionRegistry } from "../actions/registry.ts";
import type { ActionRunner } from "../actions/runner.ts";
import type { AllowlistDesk } from "../allowlist/desk.ts";
import type { BundleKeeper } from "../bundle/keeper.ts";
import type { CapacityEngine } from "../capacity/engine.ts";
import type { CertificateDesk } from "../certificates/desk.ts";
import type { CopyDesk } from "../drill/copy-desk.ts";
import type { DrillDesk } from "../drill/drill-desk.ts";
import type { Fleet } from "../fleet.ts";
import type { ForwardDesk } from "../forwards/forward-desk.ts";
import type { InsideDesk } from "../inside/desk.ts";
import type { Inventory } from "../inventory/inventory.ts";
import type { Journal } from "../journal/journal.ts";
import type { LogDesk } from "../logs/log-desk.ts";
import type { MaintenanceMarks } from "../maintenance/maintenance.ts";
import type { Door } from "../people/door.ts";
import type { PeopleDesk } from "../people/people-desk.ts";
import type { RightsDesk } from "../people/rights-desk.ts";
import type { SignInDesk } from "../people/sign-in-desk.ts";
import type { PraDesk } from "../pra/desk.ts";
import type { Attachments } from "../procedures/attachments.ts";
import type { ProcedureService } from "../procedures/service.ts";
import type { ProtectionEngine } from "../protection/engine.ts";
import type { Questions } from "../reach/questions.ts";
import type { SshReach } from "../reach/ssh-reach.ts";
import type { RecordingStore } from "../recordings/recording-store.ts";
import type { RuleDesk } from "../rules/desk.ts";
import type { SecretService, Trials } from "../secrets/secret-service.ts";
import type { SessionRegistry } from "../sessions/session-registry.ts";
import type { TopologyDesk } from "../topology/topology.ts";
import type { VaultDesk } from "../vault/desk.ts";

/** What the contract's implementation is made of; the composition root fills it. */
export interface Services {
  about: About;
  journal: Journal;
  inventory: Inventory;
  capacity: CapacityEngine;
  protection: ProtectionEngine;
  certificates: CertificateDesk;
  /** The provider's allowlists. */
  allowlists: AllowlistDesk;
  rules: RuleDesk;
  topology: TopologyDesk;
  fleet: Fleet;
  reach: SshReach;
  questions: Questions;
  secrets: SecretService;
  /** The Vaults of the estate, and who is signed in to them. */
  vaults: VaultDesk;
  /** Logs in wherever a secret is used, to try it. */
  trials: Trials;
  registry: ActionRegistry;
  runner: ActionRunner;
  procedures: ProcedureService;
  /** What can be done from where this workstation stands. */
  inside: InsideDesk;
  /** What of a plan whoever asks has no right to, and who has; null where everybody may do everything. */
  rightsIn(plan: Plan): PlanRights | null;
  pra: PraDesk;
  copies: CopyDesk;
  drills: DrillDesk;
  /** Operators, and what they sign. */
  people: PeopleDesk;
  /** Who acts at each window. */
  signIn: SignInDesk;
  /** What whoever is at a window may do, and who else may. */
  rightsDesk: RightsDesk;
  /** What every call goes through. */
  door: Door;
  /** The sealed bundle for the day that all else is gone. */
  bundle: BundleKeeper;
  /** The files attached to notes about runs. */
  attachments: Attachments;
  maintenance: MaintenanceMarks;
  sessions: SessionRegistry;
  recordings: RecordingStore;
  logs: LogDesk;
  forwards: ForwardDesk;
  estate: {
    /** What is in force; null while nothing is. */
    readonly estate: Estate | null;
    state(): EstateState;
    onChange(listener: () => void): () => void;
  };
  overview(): Overview;
  /** Opens a terminal and gives the name of the channel that it waits on; throws an OpsError. */
  openTerminal(
    resource: string,
    system: string | undefined,
    size: { columns: number; rows: number },
    signal: AbortSignal | undefined,
  ): Promise<string>;
  screens: {
    /** Opens a screen and gives the name of the channel that it waits on; throws an OpsError. */
    open(
      wanted: { resource: string; system: string | undefined; recorded: boolean },
      signal: AbortSignal | undefined,
    ): Promise<string>;
    /** Plays a recording over a channel of its own; throws an OpsError. */
    replay(wanted: { id: string; from: number; speed: number }): Promise<string>;
    /** A piece of a recording's file as base64; throws an OpsError. */
    recordingPiece(wanted: { id: string; offset: number }): Promise<{ total: number; piece: string }>;
    forgetRecording(id: string): Promise<void>;
  };
  /** Has the system's browser open a page; left out where the person opens it from a link. */
  openBrowser?: ((url: string) => Promise<void>) | undefined;
  /** Keeps a value that a person typed out of everything that is written down from now on. */
  conceal(value: string): void;
  now(): number;
}

/** Joins several change feeds into one; the result lets go of all of them. */
export function anyOf(
  ...feeds: ((changed: () => void) => () => void)[]
): (changed: () => void) => () => void {
  return (changed) => {
    const ends = feeds.map((feed) => feed(changed));
    return () => {
      for (const end of ends) end();
    };
  };
}

/**
 * The actions that the named resources have in common; those that nobody declares are left out. What whoever is at the
 * window has no right to, and what cannot be spoken to from here, is greyed.
 */
export function offersOn(services: Services, seat: string, resources: readonly string[]): ActionOffer[] {
  const known = resources.flatMap((id) => services.inventory.get(id) ?? []);
  const obstacle = (system: string, { id }: Resource) => services.reach.outside(system, id);
  return services.rightsDesk.permitted(seat, services.registry.offers(known, obstacle), known);
}
