import type { InputField } from "../../../../shared/action.ts";
import { sameText, text } from "../../../../shared/text.ts";
import { choice, field, storageChoices } from "./guest-fields.ts";
import type { ProxmoxActionParts } from "./task.ts";

/** What is asked for when a VM is made of another; `node` is where the template is. */
export function cloneFields(
  { known }: Pick<ProxmoxActionParts, "known">,
  { node, template, hasCloudInit }: { node: string; template: boolean; hasCloudInit: boolean },
): InputField[] {
  const nodes = known.nodes.filter(({ online }) => online);
  return [
    field("name", text("Name", "Nom"), "text", { required: true }),
    ...(template
      ? [field("full", text("A full copy", "Une copie complète"), "boolean", { initial: true })]
      : []),
    choice(
      "node",
      text("On the node", "Sur le nœud"),
      [
        { value: "", label: text("The template's own", "Celui du modèle") },
        ...nodes
          .filter(({ name }) => name !== node)
          .map(({ name }) => ({ value: name, label: sameText(name) })),
      ],
      { initial: "" },
    ),
    choice(
      "storage",
      text("Its disks to the storage (full copies)", "Ses disques vers le stockage (copies complètes)"),
      [
        { value: "", label: text("As in the template", "Comme dans le modèle") },
        ...storageChoices(known.storages, { node, content: "images" }),
      ],
      { initial: "" },
    ),
    ...(hasCloudInit ? cloudInitFields() : []),
    field("start", text("Then start it", "Puis la démarrer"), "boolean", { initial: true }),
  ];
}

function cloudInitFields(): InputField[] {
  return [
    field("user", text("User", "Utilisateur"), "text"),
    field(
      "passwordFrom",
      text("Password: name of the secret (keychain:…)", "Mot de passe : nom du secret (keychain:…)"),
      "text",
    ),
    field("keys", text("SSH keys, one a line", "Clés SSH, une par ligne"), "multiline"),
    field(
      "addresses",
      text(
        "Addresses (ip=192.0.2.10/24,gw=192.0.2.1 or ip=dhcp)",
        "Adresses (ip=192.0.2.10/24,gw=192.0.2.1 ou ip=dhcp)",
      ),
      "text",
      { initial: "ip=dhcp" },
    ),
    field("nameServers", text("Name servers", "Serveurs de noms"), "text"),
    field("searchDomain", text("Search domain", "Domaine de recherche"), "text"),
  ];
}
