import fc from "fast-check";
import { expect, it } from "vitest";
import type { ActionOffer } from "../../../shared/action.ts";
import { text } from "../../../shared/text.ts";
import { offerPlaces } from "./offer-groups.ts";

const offer = (id: string): ActionOffer => ({
  id,
  title: text(id, id),
  verb: text(id, id),
  risk: "safe",
  effect: "once",
  fields: [],
  bulk: true,
  unavailable: null,
});
const placed = (...ids: string[]) =>
  offerPlaces(ids.map(offer)).map((place) =>
    place.menu === null ? place.offer.id : [place.menu, ...place.offers.map(({ id }) => id)],
  );

it("leaves few actions side by side", () => {
  expect(placed("ssh.reboot", "ssh.patch", "console.begin-maintenance")).toEqual([
    "ssh.reboot",
    "ssh.patch",
    "console.begin-maintenance",
  ]);
});

it("puts the many of a VM under what they are for, where the first of them stood", () => {
  expect(
    placed(
      "console.begin-maintenance",
      "console.end-maintenance",
      "vsphere.power-on",
      "vsphere.guest-shutdown",
      "vsphere.reset",
      "vsphere.snapshot-create",
      "vsphere.snapshot-delete",
      "vsphere.snapshot-revert",
      "vsphere.migrate",
    ),
  ).toEqual([
    "console.begin-maintenance",
    "console.end-maintenance",
    ["power", "vsphere.power-on", "vsphere.guest-shutdown", "vsphere.reset"],
    ["snapshots", "vsphere.snapshot-create", "vsphere.snapshot-delete", "vsphere.snapshot-revert"],
    "vsphere.migrate",
  ]);
});

it("puts the sealing of a Vault first, and the many that are done about its shares, leases and tokens in menus", () => {
  const [shares, access] = [
    ["begin", "share", "proof", "cancel", "forget"].map((verb) => `vault.rekey-${verb}`),
    ["revoke-lease", "revoke-leases", "renew-lease", "revoke-token"].map((verb) => `vault.${verb}`),
  ];
  expect(placed("console.begin-maintenance", "vault.seal", "vault.rotate", ...shares, ...access)).toEqual([
    "vault.seal",
    "console.begin-maintenance",
    "vault.rotate",
    ["shares", ...shares],
    ["access", ...access],
  ]);
  expect(placed("console.begin-maintenance", "vault.unseal")).toEqual([
    "vault.unseal",
    "console.begin-maintenance",
  ]);
});

it("does not take a paused rollout for a machine's power", () => {
  const ids = ["resume-rollout", "resume-pool", "restart", "pause-pool", "scale", "edit", "roll-back"];
  expect(placed(...ids.map((verb) => `kubernetes.${verb}`))).toEqual(ids.map((verb) => `kubernetes.${verb}`));
});

it("puts every action in exactly one place", () => {
  const verbs = fc.constantFrom(
    "power-on",
    "reset",
    "stop",
    "guest-reboot",
    "snapshot-create",
    "snapshot-delete",
    "enter-maintenance",
    "evacuate",
    "return-vms",
    "backup-now",
    "migrate",
    "clone",
  );
  fc.assert(
    fc.property(fc.uniqueArray(verbs), (chosen) => {
      const offers = chosen.map((verb) => offer(`any.${verb}`));
      const all = offerPlaces(offers).flatMap((place) =>
        place.menu === null ? [place.offer] : [...place.offers],
      );
      expect(new Set(all)).toEqual(new Set(offers));
      expect(all).toHaveLength(offers.length);
    }),
  );
});
