import { type LocalText, sameText, text } from "../../../shared/text.ts";
import { firmwareSensor } from "./event-log.ts";
import type { EventRecord } from "./event-record.ts";

/** An entry of the event log as it is shown. */
export interface AmtEvent {
  /** Epoch milliseconds by AMT's own clock. */
  at: number;
  severity: "critical" | "warning" | "information";
  source: LocalText;
  text: LocalText;
}

/** An entry in words. Sources: Platform Event Trap 1.0 and IPMI 2.0 tables 42-3 and 43-13. */
export function describeEvent(record: EventRecord): AmtEvent {
  return {
    at: record.at,
    severity: severityOf(record.severity),
    source: sourceOf(record),
    text: whatHappened(record),
  };
}

/** PET severities: 1 monitor, 2 information, 4 back to normal, 8 not critical, 16 critical, 32 beyond recovery. */
function severityOf(severity: number): AmtEvent["severity"] {
  if (severity >= 16 && severity !== 0xff) return "critical";
  // The BIOS gives 8 to each ordinary step of a start.
  return "information";
}

const entities: Record<number, LocalText> = {
  3: text("processor", "processeur"),
  4: text("disk", "disque"),
  7: text("board", "carte mère"),
  8: text("memory module", "barrette mémoire"),
  10: text("power supply", "alimentation"),
  11: text("add-in card", "carte d'extension"),
  23: text("chassis", "châssis"),
  26: text("disk bay", "baie de disque"),
  29: text("fan", "ventilateur"),
  32: text("memory", "mémoire"),
  34: sameText("BIOS"),
  35: text("operating system", "système d'exploitation"),
  38: text("management controller", "contrôleur d'administration"),
};

function sourceOf({ entity }: EventRecord): LocalText {
  return entities[entity] ?? text(`entity ${entity}`, `entité ${entity}`);
}

const progress: Record<number, LocalText> = {
  1: text("Memory is being initialised.", "Initialisation de la mémoire."),
  2: text("Disks are being initialised.", "Initialisation des disques."),
  3: text("Further processors are being initialised.", "Initialisation des autres processeurs."),
  4: text("A user is asked to identify themselves.", "Identification de l'utilisateur."),
  5: text("BIOS setup is entered.", "Entrée dans la configuration du BIOS."),
  6: text("USB devices are being configured.", "Configuration des périphériques USB."),
  7: text("PCI devices are being configured.", "Configuration des périphériques PCI."),
  8: text("Option ROMs are being initialised.", "Initialisation des ROM d'extension."),
  9: text("Video is being initialised.", "Initialisation de la vidéo."),
  10: text("Caches are being initialised.", "Initialisation des caches."),
  11: text("The SM bus is being initialised.", "Initialisation du bus SM."),
  12: text("The keyboard controller is being initialised.", "Initialisation du contrôleur de clavier."),
  13: text(
    "The management controller is being initialised.",
    "Initialisation du contrôleur d'administration.",
  ),
  18: text("The operating system is being woken.", "Réveil du système d'exploitation."),
  19: text("The operating system is being started.", "Démarrage du système d'exploitation."),
  20: text("The board is being initialised.", "Initialisation de la carte mère."),
  23: text("The keyboard is being tested.", "Test du clavier."),
  24: text("The pointing device is being tested.", "Test du dispositif de pointage."),
  25: text("The first processor is being initialised.", "Initialisation du premier processeur."),
};

const failures: Record<number, LocalText> = {
  1: text("No memory was found.", "Aucune mémoire n'a été trouvée."),
  2: text("No memory that can be used was found.", "Aucune mémoire utilisable n'a été trouvée."),
  3: text("A disk failed beyond recovery.", "Un disque est définitivement défaillant."),
  4: text("The board failed beyond recovery.", "La carte mère est définitivement défaillante."),
  5: text(
    "The diskette drive failed beyond recovery.",
    "Le lecteur de disquettes est définitivement défaillant.",
  ),
  6: text(
    "The disk controller failed beyond recovery.",
    "Le contrôleur de disques est définitivement défaillant.",
  ),
  7: text("The keyboard failed beyond recovery.", "Le clavier est définitivement défaillant."),
  8: text(
    "No removable medium to start from was found.",
    "Aucun support amovible de démarrage n'a été trouvé.",
  ),
  9: text(
    "The video controller failed beyond recovery.",
    "Le contrôleur vidéo est définitivement défaillant.",
  ),
  10: text("No video device was found.", "Aucun dispositif vidéo n'a été trouvé."),
  11: text("The BIOS in its flash memory is damaged.", "Le BIOS en mémoire flash est corrompu."),
  12: text("The processors need different voltages.", "Les processeurs exigent des tensions différentes."),
  13: text("The processors have different speeds.", "Les processeurs ont des vitesses différentes."),
};

const sensors: Record<number, LocalText> = {
  1: text("Temperature", "Température"),
  2: text("Voltage", "Tension"),
  3: text("Current", "Courant"),
  4: text("Fan", "Ventilateur"),
  5: text("Chassis opened", "Ouverture du châssis"),
  6: text("Attempt to get past the platform's security", "Tentative de contournement de la sécurité"),
  7: text("Processor", "Processeur"),
  8: text("Power supply", "Alimentation électrique"),
  9: text("Power unit", "Bloc d'alimentation"),
  12: text("Memory", "Mémoire"),
  13: text("Disk bay", "Baie de disque"),
  16: text("Event log", "Journal d'événements"),
  17: text("Watchdog", "Chien de garde"),
  18: text("System event", "Événement du système"),
  19: text("Critical interrupt", "Interruption critique"),
  20: text("Button", "Bouton"),
  27: text("Cable or connection", "Câble ou connexion"),
  29: text("Start of the system", "Démarrage du système"),
  30: text("Boot error", "Erreur de démarrage"),
  31: text("Start of the operating system", "Démarrage du système d'exploitation"),
  32: text("The operating system has stopped", "Arrêt du système d'exploitation"),
  35: text("Watchdog", "Chien de garde"),
  36: text("Platform alert", "Alerte de la plate-forme"),
  37: text("Presence of a part", "Présence d'un élément"),
  192: text("Intel AMT", "Intel AMT"),
};

function whatHappened(record: EventRecord): LocalText {
  const { sensorType, eventType, offset, data } = record;
  const [marker = 0, detail = 0] = data;
  if (sensorType === firmwareSensor) {
    // The upper half of the first data byte says whether the second one holds a code of this sensor.
    const told = marker >> 4 === 4 ? (offset === 0 ? failures : progress)[detail] : undefined;
    if (told) return told;
    if (offset === 0) return text("The BIOS met an error.", "Le BIOS a rencontré une erreur.");
    if (offset === 1) return text("The BIOS hangs.", "Le BIOS est bloqué.");
    return text("The BIOS goes on with the start.", "Le BIOS poursuit le démarrage.");
  }
  const sensor = sensors[sensorType] ?? text(`Sensor of type ${sensorType}`, `Capteur de type ${sensorType}`);
  const over = (eventType & 0x80) !== 0;
  const code = `${eventType & 0x7f}/${offset}`;
  return over
    ? text(
        `${sensor.en}: back to normal (event ${code}).`,
        `${sensor.fr} : retour à la normale (événement ${code}).`,
      )
    : text(`${sensor.en}: event ${code}.`, `${sensor.fr} : événement ${code}.`);
}
