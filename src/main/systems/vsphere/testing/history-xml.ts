/** One `<TaskInfo>` as vCenter writes it. */
export function taskInfo(id: string, more: Record<string, string> = {}): string {
  const fields: Record<string, string> = {
    key: id,
    task: id,
    descriptionId: "VirtualMachine.powerOn",
    entity: "vm-1",
    entityName: "vm-1",
    state: "success",
    cancelled: "false",
    queueTime: "2026-01-01T00:00:00Z",
    ...more,
  };
  return `<TaskInfo>${taskInfoInside(fields)}</TaskInfo>`;
}

/** What is inside it. */
export function taskInfoInside(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join("");
}

/** One `<Event>` of that type about `vm-1`, as vCenter writes it. */
export function vimEvent(key: number, type: string, more: Record<string, string> = {}): string {
  const fields = {
    key: String(key),
    createdTime: new Date(Date.UTC(2026, 0, 1, 0, 0, key)).toISOString(),
    userName: "VSPHERE.EXAMPLE\\console",
    vm: '<name>vm-1</name><vm type="VirtualMachine">vm-1</vm>',
    host: '<name>esx-1</name><host type="HostSystem">host-1</host>',
    fullFormattedMessage: `${type} of vm-1`,
    ...more,
  };
  return `<Event xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${type}">${taskInfoInside(fields)}</Event>`;
}
