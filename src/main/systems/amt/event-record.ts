/** One entry of AMT's event log as it is stored: 21 bytes (AMT Implementation and Reference Guide, event log). */
export interface EventRecord {
  /** Epoch milliseconds by AMT's own clock. */
  at: number;
  deviceAddress: number;
  sensorType: number;
  /** 0x6F: the offset is one of the sensor's own; the high bit says that the condition is over. */
  eventType: number;
  offset: number;
  sourceType: number;
  severity: number;
  sensorNumber: number;
  entity: number;
  entityInstance: number;
  data: number[];
}

const recordBytes = 21;

/** Decodes one base64 record; null when it is not 21 bytes of base64 or an empty slot. Never throws. */
export function decodeEventRecord(base64: string): EventRecord | null {
  if (base64.length > 64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length !== recordBytes || bytes.every((byte) => byte === 0)) return null;
  const byte = (index: number) => bytes.readUInt8(index);
  return {
    at: bytes.readUInt32LE(0) * 1000,
    deviceAddress: byte(4),
    sensorType: byte(5),
    eventType: byte(6),
    offset: byte(7),
    sourceType: byte(8),
    severity: byte(9),
    sensorNumber: byte(10),
    entity: byte(11),
    entityInstance: byte(12),
    data: [...bytes.subarray(13)],
  };
}
