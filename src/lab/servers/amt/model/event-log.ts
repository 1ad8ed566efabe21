import type { ManagementEvent } from "../../../world/management.ts";
import { type ManagedClass, status } from "./class.ts";

const mostAtOnce = 390;
const noRecord = 2;

/** An entry as AMT keeps it: 21 bytes (IG, "Get a Record from the Event Log"). */
export function encodeEvent(event: ManagementEvent): Buffer {
  const bytes = Buffer.alloc(21);
  bytes.writeUInt32LE(Math.floor(event.at / 1000), 0);
  const deviceAddress = 0xff;
  const fromBios = 0x68;
  const { sensorType, eventType, offset, severity, entity, data } = event;
  bytes.set([deviceAddress, sensorType, eventType, offset, fromBios, severity, 0xff, entity, 0], 4);
  bytes.set(data.slice(0, 8), 13);
  return bytes;
}

export const messageLog: ManagedClass = {
  instances: ({ management }) => [
    [
      ["Capabilities", [7, 8]],
      ["CharacterSet", 10],
      ["CreationClassName", "AMT_MessageLog"],
      ["CurrentNumberOfRecords", management.events.length],
      ["ElementName", "Intel(r) AMT:MessageLog 1"],
      ["EnabledDefault", 2],
      ["EnabledState", 2],
      ["HealthState", 5],
      ["IsFrozen", false],
      ["LastChange", 1],
      ["LogState", 4],
      ["MaxLogSize", 0],
      ["MaxNumberOfRecords", mostAtOnce],
      ["MaxRecordSize", 21],
      ["Name", "Intel(r) AMT:MessageLog 1"],
      ["OperationalStatus", 2],
      ["OverwritePolicy", 2],
      ["PercentageNearFull", 100],
      ["RequestedState", 12],
      ["SizeOfHeader", 0],
      ["SizeOfRecordHeader", 0],
      ["Status", "OK"],
    ],
  ],
  methods: {
    PositionToFirstRecord: ({ management }) =>
      management.events.length === 0
        ? noRecord
        : { returnValue: status.success, outputs: [["IterationIdentifier", 1]] },
    GetRecords: ({ management }, input) => {
      const from = input.number("IterationIdentifier");
      const limit = input.number("MaxReadRecords");
      if (from === null || limit === null || from < 1 || limit < 1) return status.invalidParameter;
      const start = from - 1;
      // The newest first.
      const records = management.events.toReversed().slice(start, start + Math.min(limit, mostAtOnce));
      const next = start + records.length;
      return {
        returnValue: records.length === 0 ? status.blocked : status.success,
        outputs: [
          ["IterationIdentifier", next + 1],
          ["NoMoreRecords", next >= management.events.length],
          ["RecordArray", records.map((event) => encodeEvent(event).toString("base64"))],
        ],
      };
    },
    ClearLog: ({ management }) => {
      management.events.length = 0;
      return status.success;
    },
  },
};
